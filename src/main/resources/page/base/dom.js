/**
 * Builds an element. Children are text or nodes, never markup: what a script printed or a person
 * named stays text.
 *
 * `on…` functions become listeners, `class`, `data-…`, `aria-…` and other attributes are set as
 * they are; `false` and `null` leave out, `true` sets an empty attribute.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value') element.value = value;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Sets text only where it differs, so that live regions and selections are left alone. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Shows or hides without moving what stands beside it when `keepPlace` is set. */
export function show(element, visible, keepPlace = false) {
  if (keepPlace) element.classList.toggle('kept-place', !visible);
  else element.hidden = !visible;
}

let ids = 0;
/** An id for labels and descriptions, new for each call. */
export const newId = (prefix) => `${prefix}-${++ids}`;

/** Resolves after `milliseconds`, or at once when `signal` aborts. */
export function delay(milliseconds, signal) {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}
