import { h, newId } from '../base/dom.js';
import { go } from '../base/router.js';
import { STATUSES, statusWord } from '../base/status.js';
import { anyFilter, listLink, toggled } from './filters.js';

const FIELDS = [
  { name: 'name', label: 'Name', hint: 'exactly' },
  { name: 'unit', label: 'Unit' },
  { name: 'node', label: 'Node' },
  { name: 'since', label: 'Since', type: 'datetime-local' },
  { name: 'until', label: 'Until', type: 'datetime-local' },
];

/** Every filter is a link or ends in one, so that a filtered list can be sent to someone. */
export function filterBar(filters) {
  const more = h('details', { class: 'more-filters', open: FIELDS.some(({ name }) => filters[name]) || filters.label.length > 0 },
    h('summary', { 'data-key': 'more-filters' }, 'More filters'), moreForm(filters));
  return h('div', { class: 'filters' },
    h('nav', { class: 'chips', 'aria-label': 'Filter by state' },
      h('a', { class: 'chip', href: listLink({ ...filters, status: [] }), 'data-key': 'status-all', 'aria-current': filters.status.length ? null : 'true' }, 'all'),
      STATUSES.map((status) => statusChip(filters, status))),
    textForm(filters),
    more,
    anyFilter(filters) ? tokens(filters) : null);
}

function statusChip(filters, status) {
  const on = filters.status.includes(status);
  return h('a', { class: 'chip', href: listLink(toggled(filters, 'status', status)), 'data-key': `status-${status}`, 'aria-current': on ? 'true' : null },
    h('span', { class: 'dot', 'data-status': status, 'aria-hidden': 'true' }), statusWord(status));
}

function textForm(filters) {
  const input = h('input', { type: 'search', id: 'filter-text', name: 'text', value: filters.text, placeholder: 'Search in outputs', 'aria-label': 'Search in outputs', 'data-key': 'filter-text', spellcheck: 'false' });
  return h('form', { role: 'search', class: 'search', onsubmit: (event) => {
    event.preventDefault();
    go(listLink({ ...filters, text: input.value }).slice(1));
  } }, input);
}

function moreForm(filters) {
  const controls = FIELDS.map(({ name, label, hint, type = 'text' }) => {
    const id = newId('filter');
    const value = type === 'datetime-local' ? toLocalInput(filters[name]) : filters[name];
    return h('div', { class: 'field' }, h('label', { for: id }, label, hint ? h('span', { class: 'hint' }, ` ${hint}`) : null),
      h('input', { id, name, type, value, autocomplete: 'off', spellcheck: 'false', step: type === 'text' ? null : '1' }));
  });
  const labelId = newId('filter');
  controls.push(h('div', { class: 'field' }, h('label', { for: labelId }, 'Labels', h('span', { class: 'hint' }, ' key:value key:value')),
    h('input', { id: labelId, name: 'label', value: filters.label.join(' '), autocomplete: 'off', spellcheck: 'false' })));
  return h('form', { class: 'filter-form', onsubmit: (event) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(event.target));
    const label = given.label.split(/\s+/).filter(Boolean);
    const instant = (text) => (text ? new Date(text).toISOString() : '');
    go(listLink({ ...filters, ...given, label, since: instant(given.since), until: instant(given.until) }).slice(1));
  } }, controls, h('div', { class: 'field end' }, h('button', { 'data-key': 'apply-filters' }, 'Apply')));
}

function tokens(filters) {
  const token = (text, without) => h('li', {}, h('a', { class: 'token', href: listLink(without), 'aria-label': `Remove the filter ${text}` }, text, h('span', { 'aria-hidden': 'true' }, ' ×')));
  const singles = [...FIELDS.map(({ name }) => name), 'text'].filter((name) => filters[name]);
  return h('ul', { class: 'tokens', 'aria-label': 'Filters in force' },
    filters.status.map((one) => token(statusWord(one), toggled(filters, 'status', one))),
    filters.label.map((one) => token(one, toggled(filters, 'label', one))),
    singles.map((name) => token(`${name} ${filters[name]}`, { ...filters, [name]: '' })),
    h('li', {}, h('a', { href: '#/' }, 'Clear all')));
}

function toLocalInput(instant) {
  if (!instant) return '';
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
