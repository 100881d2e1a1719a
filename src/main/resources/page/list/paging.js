import { h } from '../base/dom.js';
import { recallInTab, rememberInTab } from '../base/remembered.js';
import { listLink } from './filters.js';

/**
 * Pages by cursor: a page stays what it is while runs arrive before it. The API knows only the way
 * forward, so the way back is the trail of cursors this tab has come along.
 */
export function paging(filters, cursor, nextCursor) {
  const name = `trail ${listLink(filters)}`;
  const walked = recallInTab(name, []);
  const at = cursor ? walked.indexOf(cursor) : -1;
  const trail = cursor ? (at >= 0 ? walked.slice(0, at + 1) : [cursor]) : [];
  const known = cursor ? at >= 0 : true;
  const previous = cursor ? listLink(filters, trail.at(-2) ?? '') : null;
  const next = nextCursor ? listLink(filters, nextCursor) : null;

  const step = (label, address, key, rel) => (address
    ? h('a', { class: 'button', href: address, rel, 'data-key': key }, label)
    : h('span', { class: 'button off', 'aria-disabled': 'true' }, label));
  return {
    previous,
    next,
    /** Keeps the trail for the page the person goes to. */
    leave: () => rememberInTab(name, nextCursor ? [...trail, nextCursor] : trail),
    node: h('nav', { class: 'paging', 'aria-label': 'Pages' },
      step('← Newer', previous, 'previous', 'prev'),
      h('span', { class: 'muted' }, known ? `Page ${trail.length + 1}` : 'A later page'),
      step('Older →', next, 'next', 'next')),
  };
}
