package io.millrace.spool;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A stretch of output with its frames, as it lies in a pair of files and later in the store.
///
/// @param bytes at most [Retention#SEGMENT_BYTES]
/// @param frames of all of `bytes`, encoded as [Frame] says
/// @param complete whether it will never grow
@SuppressWarnings("ArrayRecordComponent") // made by one, read by one, never compared
public record Segment(long firstOffset, byte[] bytes, byte[] frames, boolean complete) {

  /// Offset after its last byte.
  public long end() {
    return firstOffset + bytes.length;
  }

  /// What of it lies before `limit`, which is behind its first byte.
  ///
  /// @param last whether nothing can come after the limit; else what is cut is not complete,
  ///   because the rest will be believed later
  Segment cutAt(long limit, boolean last) {
    return end() <= limit
        ? this
        : new Segment(
            firstOffset,
            Arrays.copyOf(bytes, (int) (limit - firstOffset)),
            Frame.encode(Frame.upTo(limit, index())),
            last);
  }

  /// Its frames, decoded.
  public List<Frame> index() {
    return Frame.decode(frames, firstOffset);
  }

  /// What it holds from `offset` on, at most `maxBytes`; empty if that is nothing.
  public Optional<Slice.Data> slice(long offset, int maxBytes) {
    long end = Math.min(end(), offset + maxBytes);
    if (offset < firstOffset || offset >= end) {
      return Optional.empty();
    }
    var within = new ArrayList<Frame>();
    for (var frame : Frame.decode(frames, firstOffset)) {
      if (frame.end() > offset) {
        within.add(frame.cutAt(end));
      }
      if (frame.end() >= end) {
        break;
      }
    }
    if (within.isEmpty()) {
      return Optional.empty();
    }
    int from = (int) (offset - firstOffset);
    int to = (int) (within.getLast().end() - firstOffset);
    return Optional.of(new Slice.Data(offset, Arrays.copyOfRange(bytes, from, to), within));
  }
}
