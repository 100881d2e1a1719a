import { apiPath } from '../base/api.js';
import { h, newId } from '../base/dom.js';

/** What stands above an output: which stream, times, search, download. Reports by the given functions. */
export function toolbar(run, { terminalRun, timestamps, screenReader, onStream, onTimestamps, onScreenReader, onLineLink, onSearch }) {
  const search = h('input', { type: 'search', class: 'small', 'aria-label': 'Search in the loaded output', placeholder: 'Search', spellcheck: 'false', autocomplete: 'off' });
  const found = h('output', { class: 'muted found', 'aria-live': 'polite' });
  const form = h('form', { class: 'search-output', role: 'search', onsubmit: (event) => { event.preventDefault(); onSearch(search.value, 1); } },
    search,
    h('button', { type: 'button', class: 'quiet small', 'aria-label': 'Previous match', onclick: () => onSearch(search.value, -1) }, '↑'),
    h('button', { class: 'quiet small', 'aria-label': 'Next match' }, '↓'),
    found);
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.shiftKey) {
      event.preventDefault();
      onSearch(search.value, -1);
    } else if (event.key === 'Escape') {
      search.value = '';
      onSearch('', 1);
    }
  });

  const node = h('div', { class: 'toolbar', role: 'group', 'aria-label': 'Output' },
    terminalRun ? h('span', { class: 'muted' }, 'Terminal') : streams(onStream),
    terminalRun ? null : check('Times', timestamps, onTimestamps),
    form,
    h('div', { class: 'toolbar-end' },
      screenReaderCheck(screenReader, onScreenReader),
      terminalRun ? null : h('button', { type: 'button', class: 'quiet small', onclick: onLineLink, title: 'Copies a link to the line at the top of the view, or to the selection' }, 'Copy link'),
      h('a', { class: 'button quiet small', href: apiPath(`/runs/${run.id}/output`), download: `${run.name ?? run.id}.txt` }, 'Download')));
  return {
    node,
    focusSearch: () => { search.focus(); search.select(); },
    tellFound: (text) => { found.textContent = text; },
  };
}

function streams(onStream) {
  const name = newId('stream');
  const choice = (value, text) => {
    const input = h('input', { type: 'radio', name, value, checked: value === '' });
    input.addEventListener('change', () => onStream(value));
    return h('label', {}, input, h('span', {}, text));
  };
  return h('fieldset', { class: 'segments' }, h('legend', { class: 'unseen' }, 'Stream'), choice('', 'all'), choice('stdout', 'stdout'), choice('stderr', 'stderr'));
}

/** Seen only when the keyboard comes to it: who needs it comes that way, and it costs drawing time. */
function screenReaderCheck(on, onChange) {
  const label = check('Screen reader: speak new output', on, onChange);
  label.classList.add('seen-in-focus');
  return label;
}

function check(label, checked, onChange, title) {
  const input = h('input', { type: 'checkbox', checked });
  input.addEventListener('change', () => onChange(input.checked));
  return h('label', { class: 'check small', title }, input, h('span', {}, label));
}
