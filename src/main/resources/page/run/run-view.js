import { call } from '../base/api.js';
import { announce } from '../base/announce.js';
import { h, setText } from '../base/dom.js';
import { bindKey } from '../base/keys.js';
import { problemLine, problemView } from '../base/problem-view.js';
import { recallInTab, rememberInTab } from '../base/remembered.js';
import { seconds } from '../base/format.js';
import { isLive, isStopping, runTitle, statusBadge, queueText, statusWord, took } from '../base/status.js';
import { eachSecond } from '../base/ticker.js';
import { outputPanel } from '../output/panel.js';
import { actionBar } from './actions.js';
import { stoppingNotice } from './cancel.js';
import { factList } from './facts.js';
import { plots } from './plots.js';
import { scriptView } from './script-view.js';
import { stdinBox } from './stdin-box.js';

/** One run: its output as it comes, its facts, and what can be done with it. */
export function openRun([id], query, signal) {
  const node = h('div', { class: 'run' }, h('div', { class: 'run-head' }, h('h1', { tabindex: '-1' }, 'Run'), h('p', { class: 'muted', role: 'status' }, 'Reading the run…')));
  rememberInTab('opened', id);
  const view = { title: `Run ${id.slice(-12)}`, node };
  const load = async () => {
    try {
      const run = await call(`/runs/${encodeURIComponent(id)}`, { signal });
      view.title = runTitle(run);
      build(view, run, query, signal);
    } catch (problem) {
      if (signal.aborted) return;
      node.replaceChildren(problem.status === 404 ? missing(id) : h('div', { class: 'column' }, h('h1', { tabindex: '-1' }, 'Run'), problemView(problem, { again: load })));
      if (problem.status === 0 || problem.status === 503) setTimeout(() => { if (!signal.aborted) load(); }, (problem.retryAfter ?? 5) * 1000);
    }
  };
  view.ready = load();
  return view;
}

function build(view, first, query, signal) {
  let run = first;
  const badge = h('span', {}, statusBadge(run));
  const reason = h('span', { class: 'reason' });
  const told = h('p', { class: 'fault told', role: 'alert' });
  const problem = (one) => { told.textContent = one ? problemLine(one) : ''; };
  const facts = factList();
  const actions = actionBar(problem);
  const stopping = stoppingNotice(problem);
  const stdin = stdinBox();
  // There from the beginning of a live run, so that its start moves nothing.
  const plotted = isLive(run) ? plots(run, signal) : null;
  const side = h('aside', { class: 'run-side', 'aria-label': 'Facts' }, facts.node, plotted?.node ?? '');

  const take = (next) => {
    const moved = next.status !== run.status || isStopping(next) !== isStopping(run);
    if (moved) announce(`The run ${isStopping(next) ? 'is stopping' : `is ${statusWord(next.status)}`}${next.reason ? `: ${next.reason}` : ''}`);
    // The stream leaves out what does not change, and tells of a given stdin only that it is there.
    run = { ...run, ...next, script: run.script, stdin: run.stdin };
    show(moved);
  };
  const tellWhy = () => setText(reason, isStopping(run) ? '' : why(run));
  const show = (moved = true) => {
    if (moved) badge.replaceChildren(statusBadge(run));
    tellWhy();
    for (const part of [facts, actions, stdin, stopping]) part.show(run);
    stopping.tick();
    if (run.status === 'running') plotted?.begin();
    else if (!isLive(run)) plotted?.end();
  };
  const output = outputPanel(run, { signal, onRun: take, onProblem: problem });

  view.node.replaceChildren(
    h('div', { class: 'run-head' },
      h('div', { class: 'run-title' }, h('h1', { tabindex: '-1', class: run.name || run.unit ? null : 'mono' }, runTitle(run)), badge, reason, stopping.node),
      actions.node),
    told,
    h('div', { class: 'run-body' }, h('div', { class: 'run-main' }, output.node, stdin.node, scriptView(run)), side));
  show();
  eachSecond(() => { facts.tick(); stopping.tick(); tellWhy(); }, signal);
  bindRunKeys(actions, output, signal);
  view.update = (changed) => {
    const at = readAt(changed);
    if (at !== null) output.showLine(at);
  };
  whenInPage(view.node, signal, () => {
    plotted?.draw();
    output.begin(readAt(query));
  });
}

/** The line beside the state: why it is so, or for how long. */
function why(run) {
  if (run.startError ?? run.reason) return run.startError ?? run.reason;
  if (run.status === 'queued') return queueText(run);
  return run.startedAt ? `${run.finishedAt ? 'in' : 'for'} ${seconds(took(run))}` : '';
}

function readAt(query) {
  const at = Number(query.get('at') ?? NaN);
  return Number.isSafeInteger(at) && at >= 0 ? at : null;
}

/** A terminal can measure its font only once it is in the page. */
function whenInPage(node, signal, act) {
  if (signal.aborted) return;
  if (node.isConnected) act();
  else requestAnimationFrame(() => whenInPage(node, signal, act));
}

function bindRunKeys(actions, output, signal) {
  const bind = (key, label, act) => bindKey(key, label, act, { where: 'Run', signal });
  bind('/', 'Search in the output', () => output.focusSearch());
  bind('o', 'To the output', () => output.focus());
  bind('e', 'To the end, and follow', () => output.toEnd());
  bind('l', 'Copy a link to the line', () => output.copyLineLink());
  bind('s', 'Stop the run', () => actions.cancel());
  bind('u', 'Back to the list', () => { location.hash = recallInTab('list', '#/'); });
}

function missing(id) {
  return h('div', { class: 'column empty' }, h('h1', { tabindex: '-1' }, 'There is no such run'),
    h('p', {}, 'It may have been deleted, or the link is cut short: ', h('code', {}, id)),
    h('p', {}, h('a', { href: '#/' }, 'All runs')));
}
