import { bytes as size } from '../base/format.js';

const encoder = new TextEncoder();

/**
 * An `output` or `gap` message of a run's stream as bytes: `{offset, next, bytes?, stream, at}`; a gap has no
 * bytes. `from` cuts off what the caller already has; null if nothing is left.
 */
export function frameOf(message, from = 0) {
  const { offset, next } = message;
  if (next <= from) return null;
  if (message.type === 'gap') return { offset: Math.max(offset, from), next };
  const all = message.encoding === 'base64' ? fromBase64(message.data) : encoder.encode(message.data);
  const cut = Math.max(0, from - offset);
  return { offset: offset + cut, next, stream: message.stream, at: Date.parse(message.at), bytes: cut ? all.subarray(cut) : all };
}

function fromBase64(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** Frames before and from `offset` on; the one that holds it is cut. */
export function splitAt(frames, offset) {
  const early = [];
  const late = [];
  for (const frame of frames) {
    if (frame.next <= offset) early.push(frame);
    else if (frame.offset >= offset || !frame.bytes) late.push(frame);
    else {
      const cut = offset - frame.offset;
      early.push({ ...frame, next: offset, bytes: frame.bytes.subarray(0, cut) });
      late.push({ ...frame, offset, bytes: frame.bytes.subarray(cut) });
    }
  }
  return [early, late];
}

export const gapText = ({ offset, next }) => `${size(next - offset)} of the output were not kept (from byte ${offset.toLocaleString('en')})`;
