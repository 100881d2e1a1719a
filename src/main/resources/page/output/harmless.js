/** Bidirectional embeddings, overrides and isolates: they would let a line show other text than it holds. */
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;
/** More marks on one character than any script needs; a million of them stop the renderer. */
const PILED = /((?:\p{M}|[\u200b-\u200f]){12})(?:\p{M}|[\u200b-\u200f])+/gu;

/** Output as it may be drawn. The bytes stay as they are in the download. */
export function harmless(text) {
  return text.replace(TURNING, '\ufffd').replace(PILED, '$1');
}

/**
 * What a script may not ask of the terminal on this page.
 *
 * Title, icon (OSC 0–2), links (OSC 8) and the clipboard (OSC 52) reach out of the terminal's box. Counts
 * beyond the screen make xterm loop for minutes. Without `live` input, answers to questions have no reader, and the mouse
 * and the alternate screen would only take the scroll wheel and the history from the person who reads.
 */
export function restrain(terminal, { terminalRun, isLive }) {
  const { parser } = terminal;
  const refuse = () => true;
  for (const code of [0, 1, 2, 7, 8, 9, 52, 777, 1337]) parser.registerOscHandler(code, refuse);
  if (!terminalRun) for (const code of [4, 10, 11, 12, 104, 110, 111, 112]) parser.registerOscHandler(code, refuse);

  const most = () => (terminalRun ? Math.max(terminal.rows, terminal.cols) : 1);
  const tooMany = (parameters) => parameters[0] > most();
  for (const final of ['L', 'M', 'S', 'T']) parser.registerCsiHandler({ final }, tooMany);
  for (const final of ['b', 'I', 'Z']) parser.registerCsiHandler({ final }, (parameters) => parameters[0] > terminal.cols);
  for (const final of ['@', 'A']) parser.registerCsiHandler({ intermediates: ' ', final }, tooMany);
  for (const final of ['}', '~']) parser.registerCsiHandler({ intermediates: "'", final }, tooMany);

  const mouse = new Set([9, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1016]);
  const screens = new Set([47, 1047, 1048, 1049]);
  parser.registerCsiHandler({ prefix: '?', final: 'h' }, (parameters) => parameters.flat().some((mode) =>
    (mouse.has(mode) && !(terminalRun && isLive())) || (screens.has(mode) && !terminalRun)));
  // Questions: device attributes, status, settings. disableStdin swallows the answers; this spares making them.
  if (!terminalRun) {
    for (const prefix of [undefined, '>', '=']) parser.registerCsiHandler(prefix ? { prefix, final: 'c' } : { final: 'c' }, refuse);
    for (const prefix of [undefined, '?']) parser.registerCsiHandler(prefix ? { prefix, final: 'n' } : { final: 'n' }, refuse);
    // This is a record: what was written should not vanish from it by scroll regions, clearing, fixed places or resets.
    // Going up a few lines and writing over them, as progress bars do, is left to scripts.
    for (const final of ['r', 'H', 'f', 'd']) parser.registerCsiHandler({ final }, refuse);
    for (const prefix of [undefined, '?']) {
      parser.registerCsiHandler(prefix ? { prefix, final: 'J' } : { final: 'J' }, (parameters) => parameters[0] >= 1);
    }
    for (const final of ['c', 'M']) parser.registerEscHandler({ final }, refuse);
  }
}
