import { h } from '../base/dom.js';
import { problemView } from '../base/problem-view.js';
import { controlId } from './option-form.js';

/** Puts each fault beside its control, all of them in one list above, and the keyboard there. */
export function showFaults(form, summary, problem) {
  clearFaults(form, summary);
  const items = problem.errors.map(({ field, problem: text }) => {
    const control = findControl(form, field);
    const told = `${labelOf(control) ?? field} ${text}`;
    if (control) {
      control.setAttribute('aria-invalid', 'true');
      const fault = form.querySelector(`#${CSS.escape(control.id)}-fault`);
      if (fault) fault.textContent = told;
      control.closest('details')?.setAttribute('open', '');
    }
    return h('li', {}, control
      ? h('a', { href: `#${control.id}`, onclick: (event) => { event.preventDefault(); control.focus(); } }, told)
      : told);
  });
  // The list says it field by field; the server's sentence would say it twice.
  const told = items.length ? { ...problem, status: problem.status, title: 'Some fields need mending', detail: '', next: '' } : problem;
  summary.replaceChildren(problemView(told), items.length ? h('ul', {}, items) : '');
  summary.hidden = false;
  summary.focus();
  summary.scrollIntoView({ block: 'nearest' });
}

export function clearFaults(form, summary) {
  for (const control of form.querySelectorAll('[aria-invalid]')) control.removeAttribute('aria-invalid');
  for (const fault of form.querySelectorAll('.fault')) fault.textContent = '';
  summary.replaceChildren();
  summary.hidden = true;
}

/** What the form calls a control: the names of the API are for those who read the API. */
const labelOf = (control) => control?.labels?.[0]?.querySelector('span')?.firstChild?.textContent ?? control?.labels?.[0]?.textContent;

/** `limits.memory`, `labels.team` and `args[2]` belong to the controls of limits.memory, labels and args. */
function findControl(form, field) {
  if (field === 'script') return form.querySelector('#script');
  const names = [field, field.split(/[.[]/).slice(0, 2).join('.'), field.split(/[.[]/)[0]];
  for (const name of names) {
    const control = form.querySelector(`#${CSS.escape(controlId(name))}`);
    if (control) return control;
  }
  return null;
}
