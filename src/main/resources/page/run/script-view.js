import { h } from '../base/dom.js';
import { OPTIONS } from '../submit/options.js';

const HIDDEN = new Set(['id', 'status', 'name', 'unit', 'labels', 'node', 'attempt', 'attempts', 'createdAt', 'startedAt', 'finishedAt', 'stopRequestedAt', 'exitCode', 'signal', 'reason', 'startError', 'queue', 'usage', 'output', 'script', 'timeoutSeconds']);

/** What was submitted: the script with line numbers, and every option that was set. */
export function scriptView(run) {
  const lines = (run.script ?? '').replace(/\n$/, '').split('\n');
  const options = Object.entries(run).filter(([name, value]) => !HIDDEN.has(name) && set(name, value));
  return h('details', { class: 'submitted' },
    h('summary', {}, 'Script', h('span', { class: 'muted' }, ` ${lines.length} ${lines.length === 1 ? 'line' : 'lines'}`)),
    h('div', { class: 'script', tabindex: '0', role: 'region', 'aria-label': 'Script' },
      h('pre', { class: 'script-numbers', 'aria-hidden': 'true' }, lines.map((_, index) => index + 1).join('\n')),
      h('pre', {}, lines.join('\n'))),
    options.length ? h('dl', { class: 'facts' }, options.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, h('code', {}, shown(value)))))) : null);
}

const USUAL = new Map(OPTIONS.map(({ field, usual }) => [field, usual]));

function set(name, value) {
  if (value === null || value === undefined || value === false || value === USUAL.get(name)) return false;
  if (name === 'limits') return Object.keys(value).some((limit) => value[limit] !== USUAL.get(`limits.${limit}`));
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

function shown(value) {
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value === 'object') return Object.entries(value).map(([key, one]) => `${key} ${one}`).join(', ');
  return String(value);
}
