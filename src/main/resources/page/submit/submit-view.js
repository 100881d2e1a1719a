import { Problem, call } from '../base/api.js';
import { h } from '../base/dom.js';
import { problemView } from '../base/problem-view.js';
import { recall, recallInTab, remember, rememberInTab } from '../base/remembered.js';
import { go, link } from '../base/router.js';
import { runTitle } from '../base/status.js';
import { terminalSize } from '../output/terminal-size.js';
import { scriptEditor } from './editor.js';
import { clearFaults, showFaults } from './faults.js';
import { optionForm } from './option-form.js';
import { OPTIONS } from './options.js';
import { fromRun, secretNames, toRerun, toSubmission } from './submission.js';

/** The form that starts a run; `?from=ID` begins with what another run was submitted with. */
export function openSubmit(_parameters, query, signal) {
  const from = query.get('from');
  const node = h('div', { class: 'column submit' });
  const ready = from
    ? call(`/runs/${encodeURIComponent(from)}`, { signal }).then((run) => build(node, run),
      (problem) => { if (!signal.aborted) node.replaceChildren(h('h1', { tabindex: '-1' }, 'Run again'), problemView(problem)); })
    : Promise.resolve(build(node, null));
  return { title: from ? 'Run again' : 'New run', node, ready, focus: () => node.querySelector('#script')?.focus() };
}

function build(node, run) {
  const submit = () => form.requestSubmit();
  const draft = run ? run.script ?? '' : recallInTab('script', '');
  const editor = scriptEditor({ value: draft, onSubmit: submit, onChange: (text) => { if (!run) rememberInTab('script', text); } });
  const options = optionForm();
  options.fill(run ? fromRun(run) : recall('submit', {}));
  const faults = h('div', { class: 'faults', tabindex: '-1', hidden: true });
  const button = h('button', { class: 'primary' }, 'Start');
  const form = h('form', { novalidate: true },
    faults,
    editor.node, h('p', { id: 'script-fault', class: 'fault' }),
    run && secretNames(run).length ? keptEnvironment(run) : null,
    options.node,
    h('div', { class: 'actions' }, button,
      h('button', { type: 'button', class: 'quiet', onclick: () => options.fill({}) }, 'Reset options'),
      h('span', { class: 'hint wide-only' }, h('kbd', {}, 'Ctrl'), ' ', h('kbd', {}, 'Enter'))));

  // One key for one form: pressing twice, or again after a lost answer, starts one run.
  let key = newKey();
  form.addEventListener('input', () => { key = newKey(); });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      const started = await send(editor.area.value, options.read(), run, key);
      clearFaults(form, faults);
      keep(options.read());
      go(`/runs/${started.id}`);
    } catch (problem) {
      showFaults(form, faults, problem instanceof Problem ? problem : new Problem({ title: 'This page has a fault', detail: String(problem) }));
    } finally {
      button.disabled = false;
    }
  });

  node.replaceChildren(
    h('h1', { tabindex: '-1' }, run ? ['Run again: ', h('a', { href: link(`/runs/${run.id}`) }, runTitle(run))] : 'New run'),
    form);
}

/** Not `randomUUID`, which is there on https and loopback only. */
const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

async function send(script, values, run, key) {
  const { submission, faults } = toSubmission(script, values, { terminal: terminalSize() });
  if (!script.trim()) faults.unshift({ field: 'script', problem: 'is empty: there is nothing to run' });
  if (faults.length) throw new Problem({ status: 400, title: 'Some fields need mending', errors: faults });
  const headers = { 'Idempotency-Key': key };
  if (!run || !secretNames(run).length || values.env) return call('/runs', { method: 'POST', json: submission, headers });
  // Only the server knows the values of the first run's environment: a rerun keeps them.
  const { body, stuck } = toRerun(submission, run);
  if (stuck.length) {
    throw new Problem({
      title: `A run that keeps its environment cannot drop: ${stuck.join(', ')}`,
      next: 'Set them again, or type the environment anew under Options.',
    });
  }
  return call(`/runs/${encodeURIComponent(run.id)}/rerun`, { method: 'POST', json: body, headers });
}

/** The last values, without those that may be secrets or belong to one moment. */
function keep(values) {
  const kept = OPTIONS.filter(({ secret, passing }) => !secret && !passing).map(({ field }) => [field, values[field]]);
  remember('submit', Object.fromEntries(kept.filter(([, value]) => value)));
}

const keptEnvironment = (run) => h('p', { class: 'notice' },
  'Keeps the values of ', secretNames(run).flatMap((name, index) => [index ? ', ' : '', h('code', {}, name)]),
  ', which only the server knows. Type an environment under Options to replace all of it.');
