import { announce } from '../base/announce.js';
import { link, replaceAddress } from '../base/router.js';

/** The byte at which the selected line begins, or without selection the one at the top of the view. */
export function chosenLine({ terminal, rows }) {
  const row = terminal.getSelectionPosition()?.start.y ?? terminal.buffer.active.viewportY;
  return rows.map.at(rows.dropped() + row)?.offset ?? null;
}

/** Puts a link to the line into the address and the clipboard. */
export async function copyLineLink(runId, offset) {
  replaceAddress(link(`/runs/${runId}`, { at: offset }));
  try {
    await navigator.clipboard.writeText(location.href);
    announce('Link to the line copied');
  } catch {
    announce('The address of this page is now the link to the line');
  }
}
