import { call, request } from '../base/api.js';
import { h, setText, show } from '../base/dom.js';
import { problemLine } from '../base/problem-view.js';

/** A line to type into the run's standard input. It tells what the server refuses: a full pipe, a closed one. */
export function stdinBox() {
  let run = null;
  let closed = false;
  const line = h('input', { id: 'stdin-line', type: 'text', class: 'mono', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'stdin-told' });
  const told = h('span', { id: 'stdin-told', class: 'hint', role: 'status' });
  const path = () => `/runs/${encodeURIComponent(run.id)}/input`;
  const shut = h('button', { type: 'button', class: 'quiet', title: 'End of file: the script reads no more', onclick: () => send('', true) }, 'Close input');
  const node = h('form', { class: 'stdin-box', hidden: true, onsubmit: (event) => { event.preventDefault(); send(`${line.value}\n`, false); } },
    h('label', { for: 'stdin-line' }, 'Input'), line, h('button', {}, 'Send'), shut, told);

  async function send(text, eof) {
    setText(told, '');
    try {
      await (eof ? request(path(), { method: 'POST', query: { eof: 'true' } }) : call(path(), { method: 'POST', body: text, headers: { 'Content-Type': 'application/octet-stream' } }));
      if (eof) closed = true;
      line.value = '';
    } catch (problem) {
      if (problem.status === 410) closed = true;
      setText(told, problem.status === 429 ? 'The script does not read; nothing of it was taken. Try again.' : problemLine(problem));
    }
    for (const control of [line, ...node.querySelectorAll('button')]) control.disabled = closed;
    if (closed) setText(told, 'Input is closed.');
    else line.focus();
  }
  return {
    node,
    show(next) {
      run = next;
      show(node, run.status === 'running' && run.stdin === true && !run.tty);
    },
  };
}
