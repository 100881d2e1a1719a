import { h, setText } from '../base/dom.js';
import { ago, bytes, clock, seconds } from '../base/format.js';
import { link } from '../base/router.js';
import { queueText, took } from '../base/status.js';
import { listLink, readFilters } from '../list/filters.js';

const time = (at) => (at ? h('time', { datetime: at, title: clock(at) }, clock(at)) : null);

/**
 * The facts of a run as a list of terms; `show(run)` fills it, `tick()` lets the times move. What is not known yet
 * has its line already, so that nothing moves when it is.
 */
export function factList() {
  const node = h('dl', { class: 'facts' });
  let run = null;
  let duration = null;
  let age = null;
  const fact = (term, ...value) => (value.every((one) => one === null || one === undefined || one === '') ? null : h('div', {}, h('dt', {}, term), h('dd', {}, ...value)));
  const tick = () => {
    if (!run) return;
    setText(duration, run.startedAt ? seconds(took(run)) : '–');
    setText(age, ago(run.createdAt));
  };
  return {
    node,
    tick,
    show(next) {
      run = next;
      duration = h('span', { class: 'tabular' });
      age = h('time', { datetime: run.createdAt, title: clock(run.createdAt) });
      node.replaceChildren(...[
        fact('Created', age),
        fact('Started', time(run.startedAt) ?? '–'),
        fact('Finished', time(run.finishedAt) ?? '–'),
        fact('Took', duration),
        run.status === 'queued' ? fact('In the queue', queueText(run)) : null,
        fact('Exit', run.signal ?? run.exitCode ?? '–'),
        fact('Timeout', run.timeoutSeconds ? seconds(run.timeoutSeconds) : 'none'),
        fact('CPU time', run.finishedAt ? seconds(run.usage?.cpuSeconds) : '–'),
        fact('Most memory', run.finishedAt ? bytes(run.usage?.maxMemoryBytes || null) : '–'),
        fact('Node', run.node),
        fact('Unit', run.unit ? h('a', { href: link('/', { unit: run.unit }) }, run.unit) : null),
        fact('Labels', labels(run)),
        run.attempt > 1 ? fact('Attempt', attempts(run)) : null,
        fact('Id', h('code', { class: 'run-id' }, run.id)),
      ].filter(Boolean));
      tick();
    },
  };
}

function labels(run) {
  const entries = Object.entries(run.labels ?? {});
  if (!entries.length) return null;
  const none = readFilters(new URLSearchParams());
  return h('span', { class: 'label-list' }, entries.map(([key, value]) => h('a', { class: 'label', href: listLink({ ...none, label: [`${key}:${value}`] }) }, `${key}:${value}`)));
}

function attempts(run) {
  return [String(run.attempt), run.attempts?.length ? h('ol', { class: 'attempts' }, run.attempts.map((one) =>
    h('li', {}, h('a', { href: link(`/runs/${run.id}`, { at: one.offset }) }, one.reason ?? `exit ${one.exitCode}`)))) : null];
}
