import { delay } from './dom.js';

/** How long the old view stays while the new one has nothing to show yet. */
const PATIENCE_MS = 400;

let routes = [];
let current = null;

/** The address of a view inside the page: `link('/', {status: ['failed']})`. */
export function link(path, query = {}) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) if (one !== null && one !== undefined && one !== '') parameters.append(name, one);
  }
  const text = parameters.toString();
  return `#${path}${text ? `?${text}` : ''}`;
}

export function go(address) {
  location.hash = address;
}

/** Changes the address without leaving the view or adding a step to the history. */
export function replaceAddress(address) {
  history.replaceState(history.state, '', address);
  if (current) current.address = location.hash;
}

/**
 * Follows the address. A route is `{pattern, name, open}`; `open(parameters, query, signal)` gives a view:
 * `{title, node, ready?, update?}`. `signal` aborts when the person goes elsewhere: timers, sockets and
 * listeners of a view end with it. `update(query)` takes a change of the query in place.
 */
export function startRouter(table) {
  routes = table;
  addEventListener('hashchange', () => arrive());
  arrive();
}

function parse() {
  const [path, query = ''] = (location.hash.startsWith('#/') ? location.hash.slice(1) : '/').split(/\?(.*)/s);
  return { path, query: new URLSearchParams(query) };
}

async function arrive() {
  if (location.hash && !location.hash.startsWith('#/')) return;
  const { path, query } = parse();
  if (current?.path === path && current.view?.update) {
    current.address = location.hash;
    current.view.update(query);
    return;
  }
  const first = current === null;
  current?.leaving.abort();
  const arriving = { path, address: location.hash, leaving: new AbortController(), view: null };
  current = arriving;
  const { route, parameters } = find(path);
  const view = route.open(parameters, query, arriving.leaving.signal);
  arriving.view = view;
  await Promise.race([view.ready ?? Promise.resolve(), delay(PATIENCE_MS)]);
  if (current !== arriving) return;
  put(route, view, first);
}

function find(path) {
  for (const route of routes) {
    const match = route.pattern.exec(path);
    if (match) return { route, parameters: match.slice(1).map(decodeURIComponent) };
  }
  return { route: routes.at(-1), parameters: [] };
}

function put(route, view, first) {
  const main = document.getElementById('main');
  const key = document.activeElement?.dataset?.key;
  document.title = view.title === 'Millrace' ? view.title : `${view.title} · Millrace`;
  for (const item of document.querySelectorAll('[data-nav]')) {
    if (item.dataset.nav === route.name) item.setAttribute('aria-current', 'page');
    else item.removeAttribute('aria-current');
  }
  main.dataset.view = route.name;
  main.replaceChildren(view.node);
  scrollTo(0, 0);
  // The keyboard goes on where it was, if that place is in the new view; else at its heading.
  const same = key && main.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (same) same.focus();
  else if (view.focus) view.focus(first);
  else if (!first) main.querySelector('h1')?.focus();
}
