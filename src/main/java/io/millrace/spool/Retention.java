package io.millrace.spool;

/// What is kept of an attempt's output when it grows beyond `limitBytes`: its first quarter and its
/// newest end.
///
/// @param limitBytes positive; at no moment more than this is kept
public record Retention(long limitBytes) {
  /// No segment is larger.
  public static final int SEGMENT_BYTES = 1 << 20;

  /// The first segment, which may lie in memory, is not larger than this.
  static final int MEMORY_BYTES = 64 << 10;

  /// No segment has more frames.
  static final int SEGMENT_FRAMES = 1 << 16;

  /// The tail consists of at least this many segments when it is full, so that a drop costs at most
  /// this part of it.
  private static final int TAIL_SEGMENTS = 8;

  public Retention {
    if (limitBytes <= 0) {
      throw new IllegalArgumentException("an output limit must be positive, got " + limitBytes);
    }
  }

  /// How many bytes from the start are never dropped.
  public long headBytes() {
    return limitBytes / 4;
  }

  /// At most this many of the newest bytes beyond the head.
  public long tailBytes() {
    return limitBytes - headBytes();
  }

  long tailSegmentBytes() {
    return Math.clamp(tailBytes() / TAIL_SEGMENTS, 1, SEGMENT_BYTES);
  }
}
