/**
 * Keys of an output that takes no input: they scroll, and everything else (Tab above all) stays with the browser.
 * Returns false for every key: xterm must not treat any as typed.
 */
export function scrollKeys(terminal, { onHome, onEnd, onSearch }) {
  const acts = {
    ArrowUp: () => terminal.scrollLines(-1),
    ArrowDown: () => terminal.scrollLines(1),
    PageUp: () => terminal.scrollPages(-1),
    PageDown: () => terminal.scrollPages(1),
    Home: onHome,
    End: onEnd,
    '/': onSearch,
  };
  return (event) => {
    const act = acts[event.key];
    if (act && event.type === 'keydown' && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      act();
    }
    return false;
  };
}
