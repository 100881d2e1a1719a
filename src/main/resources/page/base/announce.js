let last = 0;
let waiting = null;

/** Tells screen readers something, politely; only the latest of several within a second. */
export function announce(text) {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    last = Date.now();
    document.getElementById('announce').textContent = text;
  }, Math.max(60, 1000 - (Date.now() - last)));
}
