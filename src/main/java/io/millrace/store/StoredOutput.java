package io.millrace.store;

/// What the stored output of a run holds at one offset.
public sealed interface StoredOutput {

  /// Bytes from `offset` on.
  ///
  /// @param frames those of [OutputRow#frames()] that cover `bytes`, whole: the first may have
  ///   begun before `offset`, the last may end after the bytes
  @SuppressWarnings("ArrayRecordComponent")
  record Data(long offset, byte[] bytes, byte[] frames) implements StoredOutput {}

  /// The bytes from `offset` to `next` were written by the run, but not kept.
  record Gap(long offset, long next) implements StoredOutput {}

  /// Nothing is stored from `total` on. Of an ended run that is its whole length.
  record AtEnd(long total) implements StoredOutput {}
}
