import { call } from '../base/api.js';
import { h, setText, show } from '../base/dom.js';
import { problemLine } from '../base/problem-view.js';
import { recallInTab, rememberInTab } from '../base/remembered.js';
import { isStopping } from '../base/status.js';

/** Asks for grace and reason, then stops the run. */
export function askCancel(run) {
  const grace = h('input', { id: 'cancel-grace', type: 'text', inputmode: 'decimal', value: String(run.graceSeconds ?? 10), 'aria-describedby': 'cancel-help' });
  const reason = h('input', { id: 'cancel-reason', type: 'text', autocomplete: 'off' });
  const fault = h('p', { class: 'fault', role: 'alert' });
  const queued = run.status === 'queued';
  const dialog = h('dialog', { 'aria-labelledby': 'cancel-title' },
    h('h2', { id: 'cancel-title' }, queued ? 'Take this run out of the queue?' : 'Stop this run?'),
    h('form', { onsubmit: async (event) => {
      event.preventDefault();
      const graceSeconds = Number(grace.value);
      if (!queued && !(graceSeconds >= 0)) { fault.textContent = 'The grace is a number of seconds.'; return; }
      try {
        await stop(run, queued ? {} : { graceSeconds }, reason.value);
        dialog.close();
      } catch (problem) {
        fault.textContent = problemLine(problem);
      }
    } },
    queued ? null : h('div', { class: 'field' }, h('label', { for: 'cancel-grace' }, 'Grace'), grace,
      h('span', { class: 'hint', id: 'cancel-help' }, 'seconds between SIGTERM and SIGKILL to every process of the run')),
    h('div', { class: 'field' }, h('label', { for: 'cancel-reason' }, 'Reason'), reason),
    fault,
    h('div', { class: 'actions' },
      h('button', { class: 'danger' }, queued ? 'Take it out' : 'Stop'),
      h('button', { type: 'button', class: 'quiet', onclick: () => dialog.close() }, 'Keep it'))));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

async function stop(run, body, reason) {
  if (body.graceSeconds !== undefined) rememberInTab(`grace ${run.id}`, { seconds: body.graceSeconds, at: Date.now() });
  await call(`/runs/${encodeURIComponent(run.id)}/cancel`, { method: 'POST', json: reason ? { ...body, reason } : body });
}

/** Counts down to SIGKILL while a run is stopping; a later cancel can only shorten that. */
export function stoppingNotice(onProblem) {
  const text = h('span', { class: 'tabular' });
  let run = null;
  const kill = h('button', { type: 'button', class: 'small danger', onclick: () => stop(run, { graceSeconds: 0 }, '').catch(onProblem) }, 'Kill now');
  const node = h('span', { class: 'stopping', hidden: true }, text, kill);
  return {
    node,
    show(next) { run = next; },
    tick() {
      const stopping = Boolean(run && isStopping(run));
      show(node, stopping);
      if (!stopping) return;
      const told = recallInTab(`grace ${run.id}`);
      const ends = told ? Math.min(told.at + told.seconds * 1000, ownEnd(run)) : ownEnd(run);
      const left = Math.ceil((ends - Date.now()) / 1000);
      setText(text, left > 0 ? `SIGTERM is sent, SIGKILL ${told ? '' : 'at the latest '}in ${left} s` : 'SIGKILL is sent to what is left');
      show(kill, left > 1);
    },
  };
}

const ownEnd = (run) => {
  const told = recallInTab(`grace ${run.id}`);
  const asked = new Date(run.stopRequestedAt).getTime();
  // A grace given here may be longer than the run's own; what others gave is not told.
  return asked + Math.max(run.graceSeconds ?? 10, told?.seconds ?? 0) * 1000;
};
