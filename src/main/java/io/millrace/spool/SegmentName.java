package io.millrace.spool;

import java.util.OptionalLong;

/// Names of segment files: the first offset in 20 digits, so that they sort, and what it holds.
final class SegmentName {
  private static final int DIGITS = 20;
  private static final String BYTES = ".out";
  private static final String FRAMES = ".idx";

  /// Offsets stay below this, so that JSON can tell them: a name beyond it is nobody's.
  private static final long MOST = 1L << 53;

  private SegmentName() {}

  static String bytes(long firstOffset) {
    return digits(firstOffset) + BYTES;
  }

  static String frames(long firstOffset) {
    return digits(firstOffset) + FRAMES;
  }

  /// First offset of the segment with this index file; empty for every other name.
  static OptionalLong firstOffset(String name) {
    if (name.length() != DIGITS + FRAMES.length() || !name.endsWith(FRAMES)) {
      return OptionalLong.empty();
    }
    long offset = 0;
    for (int i = 0; i < DIGITS; i++) {
      int digit = name.charAt(i) - '0';
      if (digit < 0 || digit > 9 || offset > (Long.MAX_VALUE - digit) / 10) {
        return OptionalLong.empty();
      }
      offset = offset * 10 + digit;
    }
    return offset < MOST ? OptionalLong.of(offset) : OptionalLong.empty();
  }

  private static String digits(long offset) {
    var number = Long.toString(offset);
    return "0".repeat(DIGITS - number.length()) + number;
  }
}
