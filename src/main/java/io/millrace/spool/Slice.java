package io.millrace.spool;

import java.util.List;

/// The answer to reading output at an offset.
public sealed interface Slice {

  /// Bytes that begin at `offset`; the frames cover exactly them.
  record Data(long offset, byte[] bytes, List<Frame> frames) implements Slice {}

  /// `offset` to `next` was written, but is not kept.
  record Gap(long offset, long next) implements Slice {}

  /// Nothing has been written there yet; `total` is the present end.
  record AtEnd(long total) implements Slice {}

  /// It lies before what is kept here, which begins at `firstHere`.
  record NotHere(long firstHere) implements Slice {}
}
