import { h, setText } from '../base/dom.js';
import { bytes } from '../base/format.js';

/** What stands below an output: whether it follows, where in the whole it is, and a slider to go anywhere. */
export function footer({ onSeek, onEnd, onRetry }) {
  const state = h('span', { class: 'follow-state' });
  const retry = h('button', { type: 'button', class: 'quiet small', hidden: true, onclick: onRetry }, 'Try now');
  const end = h('button', { type: 'button', class: 'quiet small kept-place', onclick: onEnd }, 'Jump to the end ↓');
  const slider = h('input', { type: 'range', min: '0', max: '1000', step: '1', class: 'seek kept-place', 'aria-label': 'Place in the output' });
  const place = h('span', { class: 'muted place' });
  let total = 0;
  slider.addEventListener('change', () => onSeek(Math.floor((slider.value / 1000) * total)));
  const node = h('div', { class: 'output-foot' }, state, retry, end, slider, place);
  return {
    node,
    /** `text` of the state; `position` of the top line; `start`, `end` of what is loaded; `live` if more may come. */
    tell({ text, canRetry, position, start, loadedEnd, all, away }) {
      total = all;
      setText(state, text);
      retry.hidden = !canRetry;
      const whole = start <= 0 && loadedEnd >= all;
      slider.classList.toggle('kept-place', whole);
      if (!whole && document.activeElement !== slider) slider.value = String(Math.round((position / Math.max(1, all)) * 1000));
      slider.setAttribute('aria-valuetext', `${bytes(position)} of ${bytes(all)}`);
      setText(place, whole ? bytes(all) : `${bytes(position)} of ${bytes(all)}`);
      end.classList.toggle('kept-place', !away);
    },
  };
}
