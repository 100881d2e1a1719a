package io.millrace.spool;

import java.util.List;
import java.util.OptionalLong;

/// What a reader finds at one offset of a run's output.
public sealed interface Slice {

  /// At least one byte.
  ///
  /// @param frames cut to `bytes`: the first begins at `offset`, the last ends at [#next()]
  @SuppressWarnings("ArrayRecordComponent") // made by one, read by one, never compared
  record Data(long offset, byte[] bytes, List<Frame> frames) implements Slice {
    public Data {
      frames = List.copyOf(frames);
    }

    /// Where to read on.
    public long next() {
      return offset + bytes.length;
    }
  }

  /// The bytes from `offset` to `next` were written, and are not kept.
  record Gap(long offset, long next) implements Slice {}

  /// Nothing here yet: the output ends at `total` so far.
  record AtEnd(long total) implements Slice {}

  /// Not in this directory: of an earlier attempt, or already in the store. Ask there; what is not
  /// there either is a gap.
  ///
  /// @param firstHere the first offset above that is here; empty if the directory is gone
  record NotHere(OptionalLong firstHere) implements Slice {}
}
