import { h, newId } from '../base/dom.js';

const INDENT = '  ';

/**
 * A text area for scripts: Tab indents, Shift Tab unindents, Enter keeps the indentation, Escape lets the
 * next Tab leave (else the keyboard would be caught in here), Ctrl Enter submits.
 */
export function scriptEditor({ value, onChange, onSubmit }) {
  const help = newId('editor-help');
  const numbers = h('div', { class: 'editor-numbers', 'aria-hidden': 'true' });
  const area = h('textarea', {
    id: 'script', name: 'script', 'aria-label': 'Script', 'aria-describedby': `${help} script-fault`, spellcheck: 'false', autocapitalize: 'off',
    autocomplete: 'off', wrap: 'off', rows: '14', placeholder: '#!/usr/bin/env bash\necho "hello from $(hostname)"', value,
  });
  let leaves = false;
  let lines = 0;

  const number = () => {
    const count = area.value.split('\n').length;
    if (count !== lines) {
      numbers.textContent = Array.from({ length: count }, (_, index) => index + 1).join('\n');
      lines = count;
    }
  };
  area.addEventListener('input', () => { number(); onChange(area.value); });
  area.addEventListener('scroll', () => { numbers.scrollTop = area.scrollTop; });
  area.addEventListener('blur', () => { leaves = false; });
  area.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      leaves = true;
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onSubmit();
    } else if (event.key === 'Tab' && !leaves && !event.ctrlKey && !event.altKey) {
      event.preventDefault();
      if (event.shiftKey) unindent(area);
      else if (area.selectionStart === area.selectionEnd) insert(area, INDENT);
      else changeLines(area, (line) => (line ? INDENT + line : line));
    } else if (event.key === 'Enter' && !event.isComposing) {
      event.preventDefault();
      const before = area.value.slice(0, area.selectionStart);
      insert(area, `\n${/[ \t]*/.exec(before.slice(before.lastIndexOf('\n') + 1))[0]}`);
    } else if (event.key !== 'Tab' && event.key !== 'Shift') {
      leaves = false;
    }
  });
  number();
  return {
    area,
    set: (text) => { area.value = text; number(); },
    node: h('div', { class: 'editor' }, numbers, area, h('p', { id: help, class: 'unseen' }, 'Tab indents. Press Escape, then Tab, to leave the editor. Control Enter starts the run.')),
  };
}

/** By a command that is deprecated but the only one that keeps the undo history; else directly. */
function insert(area, text) {
  if (document.execCommand('insertText', false, text)) return;
  area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end');
  area.dispatchEvent(new Event('input'));
}

function unindent(area) {
  changeLines(area, (line) => line.replace(/^( {1,2}|\t)/, ''));
}

function changeLines(area, change) {
  const { value, selectionStart, selectionEnd } = area;
  const from = value.lastIndexOf('\n', selectionStart - 1) + 1;
  const end = value.indexOf('\n', Math.max(from, selectionEnd - 1));
  const to = end < 0 ? value.length : end;
  const old = value.slice(from, to);
  const changed = old.split('\n').map(change).join('\n');
  if (changed === old) return;
  const caret = selectionStart === selectionEnd;
  area.setSelectionRange(from, to);
  insert(area, changed);
  if (caret) area.setSelectionRange(Math.max(from, selectionStart + changed.length - old.length), Math.max(from, selectionStart + changed.length - old.length));
  else area.setSelectionRange(from, from + changed.length);
}
