import { h } from './dom.js';
import { recall, remember } from './remembered.js';

const bound = [];
let switchedOff = recall('keys-off', false);

/** Binds a single key to an act until `signal` aborts. `where` groups it in the help: "List", "Run", "Everywhere". */
export function bindKey(key, label, act, { where = 'Everywhere', signal } = {}) {
  const binding = { key, label, act, where };
  bound.push(binding);
  signal?.addEventListener('abort', () => bound.splice(bound.indexOf(binding), 1), { once: true });
}

export function startKeys() {
  addEventListener('keydown', (event) => {
    if (switchedOff || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest?.('input, textarea, select, dialog, .xterm, [contenteditable]')) return;
    const binding = bound.findLast((one) => one.key === event.key);
    if (!binding) return;
    event.preventDefault();
    binding.act(event);
  });
  bindKey('?', 'Show these keys', showKeys);
  document.getElementById('show-keys').addEventListener('click', showKeys);
}

const ALWAYS = [
  ['In the script editor', [['Tab', 'Indent'], ['Shift Tab', 'Unindent'], ['Esc Tab', 'Leave the editor'], ['Ctrl Enter', 'Start the run']]],
  ['In an output', [['↑ ↓ PgUp PgDn', 'Scroll'], ['Home', 'First byte'], ['End', 'Last byte, and follow']]],
  ['In a terminal', [['Ctrl Shift E', 'Leave the terminal: every other key goes to the program']]],
];

/** A dialog with every key that works here. Single keys can be switched off (WCAG 2.1.4). */
function showKeys() {
  const groups = Map.groupBy(bound, (binding) => binding.where);
  const toggle = h('input', { type: 'checkbox', id: 'keys-on' });
  toggle.checked = !switchedOff;
  toggle.addEventListener('change', () => {
    switchedOff = !toggle.checked;
    remember('keys-off', switchedOff);
  });
  const group = (title, pairs) => h('section', {}, h('h3', {}, title),
    h('dl', { class: 'keys' }, pairs.map(([key, label]) => h('div', {}, h('dt', {}, key.split(' ').map((one) => h('kbd', {}, one))), h('dd', {}, label)))));
  const dialog = h('dialog', { 'aria-labelledby': 'keys-title', class: 'wide' },
    h('h2', { id: 'keys-title' }, 'Keys'),
    h('div', { class: 'key-groups' },
      [...groups].map(([where, bindings]) => group(where, bindings.map(({ key, label }) => [key, label]))),
      ALWAYS.map(([where, pairs]) => group(where, pairs))),
    h('p', {}, h('label', { class: 'check', for: 'keys-on' }, toggle, ' Single keys work')),
    h('form', { method: 'dialog', class: 'actions' }, h('button', {}, 'Close')));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
