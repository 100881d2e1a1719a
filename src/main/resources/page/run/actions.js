import { call } from '../base/api.js';
import { h, show } from '../base/dom.js';
import { problemLine } from '../base/problem-view.js';
import { go, link } from '../base/router.js';
import { isLive, isStopping } from '../base/status.js';
import { askCancel } from './cancel.js';

/** What can be done with a run now. All buttons keep their order, so that a change of state moves none under the hand. */
export function actionBar(onProblem) {
  let run = null;
  const path = () => `/runs/${encodeURIComponent(run.id)}`;
  const guard = (act) => async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    try {
      await act();
    } catch (problem) {
      onProblem(problem);
    } finally {
      button.disabled = false;
    }
  };
  const rerun = h('button', { type: 'button', onclick: guard(async () => go(`/runs/${(await call(`${path()}/rerun`, { method: 'POST' })).id}`)) }, 'Run again');
  const change = h('a', { class: 'button' }, 'Run again with changes');
  const cancel = h('button', { type: 'button', class: 'danger', onclick: () => askCancel(run) }, 'Stop');
  const remove = h('button', { type: 'button', class: 'quiet', onclick: () => askDelete(run, path()) }, 'Delete');
  const node = h('div', { class: 'run-actions' }, rerun, change, cancel, remove);
  return {
    node,
    show(next) {
      run = next;
      change.href = link('/new', { from: run.id });
      show(cancel, isLive(run));
      cancel.textContent = run.status === 'queued' ? 'Cancel' : isStopping(run) ? 'Stop sooner' : 'Stop';
      show(remove, !isLive(run));
    },
    cancel: () => isLive(run) && askCancel(run),
  };
}

function askDelete(run, path) {
  const fault = h('p', { class: 'fault', role: 'alert' });
  const dialog = h('dialog', { 'aria-labelledby': 'delete-title' },
    h('h2', { id: 'delete-title' }, 'Delete this run and its output?'),
    h('p', {}, 'Both are gone for good, for everyone.'), fault,
    h('div', { class: 'actions' },
      h('button', { type: 'button', class: 'danger', onclick: async () => {
        try {
          await call(path, { method: 'DELETE' });
          dialog.close();
          go('/');
        } catch (problem) {
          fault.textContent = problemLine(problem);
        }
      } }, 'Delete'),
      h('button', { type: 'button', class: 'quiet', onclick: () => dialog.close() }, 'Keep it')));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
