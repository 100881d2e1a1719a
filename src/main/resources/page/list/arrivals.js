import { h, setText } from '../base/dom.js';
import { announce } from '../base/announce.js';
import { plural } from '../base/format.js';
import { matches } from './filters.js';

/**
 * Counts runs that have come in since the list was read, instead of pushing rows down under somebody's
 * hand. The button has its place from the start, so that it moves nothing when it appears.
 */
export function arrivals(filters, shown, reload) {
  const fresh = new Set();
  const button = h('button', { type: 'button', class: 'arrivals kept-place', 'data-key': 'arrivals', onclick: reload }, 'No new runs');
  const since = Date.now();
  return {
    node: button,
    reload,
    any: () => fresh.size > 0,
    take(run) {
      if (shown(run.id) || fresh.has(run.id)) return;
      // A run from before the list was read is only changing, on another page.
      if (new Date(run.createdAt).getTime() < since - 10_000 || matches(run, filters) === false) return;
      fresh.add(run.id);
      setText(button, `Show ${plural(fresh.size, 'new run')}`);
      button.classList.remove('kept-place');
      announce(plural(fresh.size, 'new run'));
    },
  };
}
