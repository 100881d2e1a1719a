import { call } from '../base/api.js';
import { h, setText } from '../base/dom.js';
import { followRuns } from '../base/events.js';
import { clock } from '../base/format.js';
import { bindKey } from '../base/keys.js';
import { problemView } from '../base/problem-view.js';
import { go, link } from '../base/router.js';
import { recallInTab, rememberInTab } from '../base/remembered.js';
import { eachSecond } from '../base/ticker.js';
import { arrivals } from './arrivals.js';
import { filterBar } from './filter-bar.js';
import { anyFilter, listLink, readFilters } from './filters.js';
import { paging } from './paging.js';
import { runTable } from './rows.js';

const PAGE_SIZE = 50;

/** The list of runs: newest first, filtered by its address, changing in place. */
export function openList(_parameters, query, signal) {
  const filters = readFilters(query);
  const cursor = query.get('cursor') ?? '';
  const body = h('div', { class: 'list-body' }, placeholder());
  const head = h('div', { class: 'list-head' });
  const node = h('div', { class: 'list column' },
    h('div', { class: 'title-line' },
      h('h1', { tabindex: '-1' }, 'Runs'), head,
      h('a', { class: 'button primary', href: link('/new') }, 'New run')),
    filterBar(filters), body);
  const shown = { table: null, arrivals: null, paging: null };

  const load = async () => {
    body.setAttribute('aria-busy', 'true');
    try {
      const page = await call('/runs', { query: { ...filters, cursor, limit: PAGE_SIZE }, signal });
      fill(page);
    } catch (problem) {
      if (signal.aborted) return;
      body.replaceChildren(problemView(problem, { again: load }));
      if (problem.status === 503 || problem.status === 0) {
        const timer = setTimeout(load, (problem.retryAfter ?? 5) * 1000);
        signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
      }
    } finally {
      body.removeAttribute('aria-busy');
    }
  };

  /** Brings the rows up to date where they stand; what is new is only counted. */
  const refresh = async () => {
    await ready;
    try {
      const page = await call('/runs', { query: { ...filters, cursor, limit: PAGE_SIZE }, signal });
      page.items.forEach(take);
    } catch {
      // The news go on, and the next reading says what is wrong.
    }
  };
  const take = (run) => {
    shown.table?.update(run);
    if (!cursor) shown.arrivals?.take(run);
  };

  const reload = () => (cursor ? go(listLink(filters).slice(1)) : load());

  const fill = (page) => {
    shown.table = runTable(page.items, filters);
    shown.arrivals = arrivals(filters, shown.table.has, reload);
    shown.paging = paging(filters, cursor, page.nextCursor);
    head.replaceChildren(shown.arrivals.node);
    body.replaceChildren(
      page.items.length ? shown.table.node : nothing(filters, cursor, page),
      searched(page, filters, shown.paging.next),
      page.items.length || cursor ? shown.paging.node : '');
    rememberInTab('list', location.hash);
  };

  const ready = load();
  eachSecond(() => shown.table?.tick(), signal);
  followRuns({
    signal,
    onRun: (run) => {
      shown.table?.update(run);
      shown.arrivals?.take(run);
    },
    onReset: refresh,
    onState: (up) => {
      tellLink(up);
      // Read once more when the news flow: what happened between reading and listening is in neither.
      if (up) refresh();
    },
  });
  signal.addEventListener('abort', () => { shown.paging?.leave(); tellLink(true); }, { once: true });
  bindListKeys(shown, signal);
  return { title: anyFilter(filters) ? 'Runs, filtered' : 'Runs', node, ready, focus: (first) => focusBack(node, first) };
}

function bindListKeys(shown, signal) {
  const bind = (key, label, act) => bindKey(key, label, act, { where: 'List', signal });
  const step = (by) => {
    const links = shown.table?.links() ?? [];
    const at = links.indexOf(document.activeElement);
    const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + by))];
    next?.focus();
    next?.scrollIntoView({ block: 'nearest' });
  };
  bind('j', 'Next run', () => step(1));
  bind('k', 'Previous run', () => step(-1));
  // Enter is the link's own; it stands here to be told.
  bind('Enter', 'Open the run', (event) => event.target.click?.());
  bind('n', 'Older page', () => shown.paging?.next && go(shown.paging.next.slice(1)));
  bind('p', 'Newer page', () => shown.paging?.previous && go(shown.paging.previous.slice(1)));
  bind('.', 'Show new runs', () => shown.arrivals?.reload());
  bind('/', 'Search in outputs', () => document.getElementById('filter-text').focus());
}

/** Back from a run, the keyboard stands on it again. */
function focusBack(node, first) {
  const id = recallInTab('opened');
  const row = id && node.querySelector(`tr[data-id="${CSS.escape(id)}"] .run-link`);
  rememberInTab('opened', null);
  if (row) {
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: 'center' });
  } else if (!first) {
    node.querySelector('h1').focus();
  }
}

const placeholder = () => h('div', { class: 'placeholder', role: 'status', 'aria-label': 'Reading the runs' },
  Array.from({ length: 12 }, () => h('div', { class: 'placeholder-row' })));

function nothing(filters, cursor, page) {
  if (cursor) return h('div', { class: 'empty' }, h('h2', {}, page.nextCursor ? 'Nothing on this page yet' : 'No older runs'), h('p', {}, h('a', { href: listLink(filters) }, 'To the newest')));
  if (anyFilter(filters)) return h('div', { class: 'empty' }, h('h2', {}, 'No run fits these filters'), h('p', {}, h('a', { href: '#/' }, 'Clear the filters')));
  return h('div', { class: 'empty' }, h('h2', {}, 'Nothing has run yet'),
    h('p', {}, 'A run is one execution of a script: its output, its result and its history stay here.'),
    h('p', {}, h('a', { class: 'button primary', href: link('/new') }, 'Start the first one')));
}

/** A search in outputs has a time limit: says how far it got. */
function searched(page, filters, next) {
  if (!filters.text || !page.searchedBackTo) return '';
  const done = !page.nextCursor;
  return h('p', { class: 'muted searched' }, done ? 'Searched every output.' : `Searched back to ${clock(page.searchedBackTo)}. `,
    next && !done ? h('a', { href: next }, 'Search on') : null);
}

function tellLink(up) {
  setText(document.getElementById('link-state'), up ? '' : 'Reconnecting…');
}
