import { h } from './dom.js';

/** Says what went wrong, why, and what to do next. `again` offers to try once more. */
export function problemView(problem, { again, heading = 'h2' } = {}) {
  const { title, detail, next } = worded(problem);
  return h('div', { class: 'problem', role: 'alert' },
    h(heading, {}, title),
    detail ? h('p', {}, detail) : null,
    next ? h('p', { class: 'muted' }, next) : null,
    again ? h('p', {}, h('button', { type: 'button', onclick: again }, 'Try again')) : null);
}

/** A problem in one line, for places that have no room. */
export function problemLine(problem) {
  const { title, detail, next } = worded(problem);
  return [title, detail, next].filter(Boolean).map((part) => (/[.!?…]$/.test(part) ? part : `${part}.`)).join(' ');
}

function worded(problem) {
  if (problem?.status !== undefined) return problem;
  return { title: 'This page has a fault', detail: String(problem?.message ?? problem), next: 'Reload it; if it stays so, report it.' };
}
