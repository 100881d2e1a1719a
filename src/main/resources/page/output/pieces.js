/**
 * The size in which output is handed to the terminal: parsed in one go, so it bounds how long the page is busy,
 * and below the rows of history, so that no piece scrolls out while it is written.
 */
const PIECE = 8 << 10;
/** Line feeds cost more than characters. */
const MOST_BREAKS = 1000;
const decoder = new TextDecoder();

/**
 * Cuts a frame into pieces at whole characters: `{offset, next, text, breaks, stream, at}`; `breaks` are the
 * offsets behind each line feed (and vertical tab and form feed, which terminals treat alike).
 */
export function* pieces(frame) {
  const { bytes } = frame;
  for (let from = 0; from < bytes.length;) {
    const { breaks, end } = breaksOf(bytes, from, Math.min(bytes.length, from + PIECE), frame.offset);
    const to = wholeEnd(bytes, from, end);
    const text = decoder.decode(bytes.subarray(from, to));
    yield { offset: frame.offset + from, next: frame.offset + to, text, breaks, stream: frame.stream, at: frame.at };
    from = to;
  }
}

function breaksOf(bytes, from, to, offset) {
  const breaks = [];
  for (let index = from; index < to; index++) {
    if (bytes[index] < 10 || bytes[index] > 12) continue;
    breaks.push(offset + index + 1);
    if (breaks.length === MOST_BREAKS) return { breaks, end: index + 1 };
  }
  return { breaks, end: to };
}

/** At most three bytes back, to the end of a character. */
function wholeEnd(bytes, from, to) {
  if (to === bytes.length) return to;
  for (let end = to; end > to - 4 && end > from; end--) if ((bytes[end] & 0xc0) !== 0x80) return end;
  return to;
}

/** Leaves out what comes before the first line end in `most` bytes: the view then begins with a whole line. */
export function fromWholeLine(frames, most = 4096) {
  const [first, ...rest] = frames;
  if (!first?.bytes) return frames;
  const end = first.bytes.subarray(0, most).indexOf(10);
  if (end >= 0 && end + 1 < first.bytes.length) return [slice(first, end + 1), ...rest];
  let start = 0;
  while (start < 3 && (first.bytes[start] & 0xc0) === 0x80) start++;
  return [slice(first, start), ...rest];
}

/** A guess that errs on the wide side. */
const width = (byte) => (byte === 9 ? 8 : 1);

const slice = (frame, from) => ({ ...frame, offset: frame.offset + from, bytes: frame.bytes.subarray(from) });

/** The end of `frames` that fills about `rows` rows of `columns`. */
export function lastRows(frames, rows, columns) {
  let left = rows;
  for (let index = frames.length - 1; index >= 0; index--) {
    const { bytes } = frames[index];
    if (!bytes) continue;
    for (let at = bytes.length - 1, length = 0; at >= 0; at--) {
      length += width(bytes[at]);
      if (bytes[at] !== 10 && length < columns) continue;
      length = 0;
      if (--left <= 0) return fromWholeLine([slice(frames[index], at), ...frames.slice(index + 1)], 256);
    }
  }
  return frames;
}

/** The beginning of `frames` that fills about `rows` rows of `columns`. */
export function firstRows(frames, rows, columns) {
  let left = rows;
  for (const [index, frame] of frames.entries()) {
    if (!frame.bytes) continue;
    for (let at = 0, length = 0; at < frame.bytes.length; at++) {
      length += width(frame.bytes[at]);
      if (frame.bytes[at] !== 10 && length < columns) continue;
      length = 0;
      if (--left > 0) continue;
      const to = wholeEnd(frame.bytes, 0, at + 1);
      return [...frames.slice(0, index), { ...frame, next: frame.offset + to, bytes: frame.bytes.subarray(0, to) }];
    }
  }
  return frames;
}
