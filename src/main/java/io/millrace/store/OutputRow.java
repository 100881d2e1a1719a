package io.millrace.store;

/// One stored piece of a run's output: bytes as they were, and the index that says when and on
/// which stream they came.
///
/// Equality is identity: rows are large and travel once.
///
/// @param firstOffset of `bytes` in the run's output
/// @param bytes 1 to 1 MiB
/// @param frames 16 bytes each, big-endian: `epochMillis << 8 | stream` (1 stdout, 2 stderr), then
///   the absolute offset of its end
@SuppressWarnings("ArrayRecordComponent")
public record OutputRow(long firstOffset, byte[] bytes, byte[] frames) {

  /// Where the next row begins, unless there is a gap.
  public long nextOffset() {
    return firstOffset + bytes.length;
  }

  /// What it takes in memory: of output that came byte by byte, the index is the larger part.
  public long size() {
    return (long) bytes.length + frames.length;
  }
}
