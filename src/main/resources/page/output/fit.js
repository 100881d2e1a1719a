/**
 * Fits rows and columns of the terminal to its box; tells whether the columns have changed. What an ended program
 * of a terminal run drew fits only the size it was drawn for.
 */
export function fit(screen, run) {
  const wanted = screen.proposal();
  if (!wanted) return false;
  const { terminal } = screen;
  const fixed = run.tty && run.finishedAt ? run.tty : null;
  const columns = fixed?.columns ?? wanted.cols;
  const rows = fixed?.rows ?? wanted.rows;
  const changed = columns !== terminal.cols;
  if (changed || rows !== terminal.rows) terminal.resize(columns, rows);
  return changed;
}

/** Calls `act` when the box has kept a new size for a moment. */
export function onResize(box, signal, act) {
  let timer = null;
  const watch = new ResizeObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(act, 120);
  });
  watch.observe(box);
  signal.addEventListener('abort', () => { clearTimeout(timer); watch.disconnect(); }, { once: true });
}
