import { h, setText } from '../base/dom.js';
import { ago, clock, seconds } from '../base/format.js';
import { link } from '../base/router.js';
import { result, runTitle, shortId, statusBadge, took } from '../base/status.js';
import { listLink, toggled } from './filters.js';

/** The table of runs. `update(run)` changes a run that is shown, where it stands; `tick()` its times. */
export function runTable(runs, filters) {
  const rows = new Map(runs.map((run) => [run.id, runRow(run, filters)]));
  const severalNodes = new Set(runs.map((run) => run.node).filter(Boolean)).size > 1;
  const column = (name, label) => h('th', { scope: 'col', role: 'columnheader', class: name }, label);
  const node = h('table', { class: `runs${severalNodes ? ' with-nodes' : ''}`, role: 'table' },
    h('caption', { class: 'unseen' }, 'Runs, newest first'),
    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' },
      column('state', 'State'), column('what', 'Run'), severalNodes ? column('node', 'Node') : null,
      column('result', 'Result'), column('took', 'Took'), column('when', 'Created'))),
    h('tbody', { role: 'rowgroup' }, [...rows.values()].map((row) => row.node(severalNodes))));
  return {
    node,
    has: (id) => rows.has(id),
    update: (run) => rows.get(run.id)?.update(run),
    tick: () => rows.forEach((row) => row.tick()),
    links: () => [...node.querySelectorAll('a.run-link')],
  };
}

function runRow(run, filters) {
  const cell = (name, ...children) => h('td', { class: name, role: 'cell' }, ...children);
  const state = cell('state', statusBadge(run));
  const outcome = cell('result');
  const duration = cell('took');
  const when = h('time', { datetime: run.createdAt, title: clock(run.createdAt) });

  const tick = () => {
    setText(duration, run.startedAt ? seconds(took(run)) : '');
    setText(when, ago(run.createdAt));
  };
  const told = () => {
    const text = result(run);
    setText(outcome, text);
    outcome.title = run.reason ?? run.queue?.reason ?? '';
  };
  told();
  tick();

  return {
    node: (withNode) => h('tr', { role: 'row', 'data-id': run.id }, state,
      cell('what',
        h('a', { class: 'run-link', href: link(`/runs/${run.id}`), 'data-key': `run-${run.id}` }, h('span', { class: run.name || run.unit ? null : 'mono' }, runTitle(run))),
        run.name || run.unit ? h('span', { class: 'id mono' }, shortId(run.id)) : null,
        labelChips(run, filters)),
      withNode ? cell('node', run.node ?? '') : null,
      outcome, duration, cell('when', when)),
    tick,
    update: (changed) => {
      const moved = changed.status !== run.status || changed.stopRequestedAt !== run.stopRequestedAt;
      run = changed;
      if (moved) state.replaceChildren(statusBadge(run));
      told();
      tick();
    },
  };
}

function labelChips(run, filters) {
  return Object.entries(run.labels ?? {}).map(([key, value]) => {
    const label = `${key}:${value}`;
    if (filters.label.includes(label)) return h('span', { class: 'label' }, label);
    return h('a', { class: 'label', href: listLink(toggled(filters, 'label', label)), title: `Only runs with ${label}` }, label);
  });
}
