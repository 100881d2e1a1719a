import { h } from '../base/dom.js';
import { GROUPS, OPTIONS } from './options.js';

export const controlId = (field) => `option-${field.replace('.', '-')}`;

/** The folded options. `read()` gives what is typed, `fill(values)` puts it in, `tell()` sums it up. */
export function optionForm() {
  const summary = h('span', { class: 'muted set-options' });
  const node = h('details', { class: 'options' },
    h('summary', {}, 'Options', summary),
    h('div', { class: 'option-groups' }, GROUPS.map(({ title, options }) =>
      h('fieldset', {}, h('legend', {}, title), options.map(optionField)))));
  const control = (field) => node.querySelector(`#${controlId(field)}`);

  const read = () => {
    const values = {};
    for (const { field, kind } of OPTIONS) values[field] = kind === 'check' ? control(field).checked : control(field).value.trim() && control(field).value;
    return values;
  };
  const tell = () => {
    const values = read();
    const set = OPTIONS.filter(({ field, local }) => !local && values[field]).map(({ label }) => label.toLowerCase());
    summary.textContent = set.length ? set.join(', ') : 'all as the defaults say';
    control('stdinText').closest('.field').hidden = values.stdin !== 'text';
    control('onConflict').disabled = !values.concurrencyKey;
  };
  node.addEventListener('input', tell);
  return {
    node,
    read,
    control,
    fill(values) {
      for (const { field, kind } of OPTIONS) {
        if (kind === 'check') control(field).checked = Boolean(values[field]);
        else control(field).value = values[field] ?? '';
      }
      tell();
    },
  };
}

function optionField({ field, label, kind = 'text', hint, unit, choices, secret }) {
  const id = controlId(field);
  const common = { id, name: field, 'aria-describedby': `${id}-hint ${id}-fault`, autocomplete: 'off', spellcheck: 'false' };
  const control = {
    check: () => h('input', { ...common, type: 'checkbox' }),
    choice: () => h('select', common, choices.map(([value, text]) => h('option', { value }, text))),
    pairs: () => h('textarea', { ...common, rows: '2', class: 'mono' }),
    lines: () => h('textarea', { ...common, rows: '2', class: 'mono' }),
    area: () => h('textarea', { ...common, rows: '3', class: 'mono' }),
    number: () => h('input', { ...common, type: 'text', inputmode: 'decimal' }),
    time: () => h('input', { ...common, type: 'datetime-local', step: '1' }),
    text: () => h('input', { ...common, type: 'text', 'data-secret': secret }),
  }[kind]();
  const hintNode = h('span', { id: `${id}-hint`, class: 'hint' }, [unit === 's' ? 'seconds' : null, hint].filter(Boolean).join('; '));
  const fault = h('p', { id: `${id}-fault`, class: 'fault' });
  if (kind === 'check') return h('div', { class: 'field' }, h('label', { class: 'check', for: id }, control, h('span', {}, label, ' ', hintNode)), fault);
  return h('div', { class: 'field' }, h('label', { for: id }, label), control, hintNode, fault);
}
