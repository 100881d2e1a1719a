import { h } from './dom.js';
import { link } from './router.js';

/** The view of an address that is none of ours. */
export function openNowhere() {
  return {
    title: 'Not found',
    node: h('div', { class: 'column empty' },
      h('h1', { tabindex: '-1' }, 'There is nothing at this address'),
      h('p', {}, 'It may be mistyped or cut short. ', h('a', { href: link('/') }, 'All runs'))),
  };
}
