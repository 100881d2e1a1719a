package io.millrace.runner;

/// Finds a sequence of bytes in a stream that comes in pieces, in time proportional to the stream
/// (Knuth, Morris and Pratt).
final class ByteSearch {
  private final byte[] sought;

  /// How long the longest beginning of the sequence is that ends at each of its bytes, but is not
  /// all of it up to there.
  private final int[] borders;

  /// How much of the sequence the stream ends with; the search's own.
  private int matched;

  /// @param sought not empty
  ByteSearch(byte[] sought) {
    this.sought = sought.clone();
    this.borders = new int[sought.length];
    for (int i = 1; i < sought.length; i++) {
      borders[i] = longer(borders[i - 1], sought[i]);
    }
  }

  /// Takes the next piece; whether the sequence ends in it.
  boolean endsIn(byte[] piece) {
    for (byte next : piece) {
      matched = longer(matched, next);
      if (matched == sought.length) {
        return true;
      }
    }
    return false;
  }

  /// What comes next does not follow what came before.
  void restart() {
    matched = 0;
  }

  /// The longest beginning that a stream ends with, which ended with one of `length` bytes before
  /// `next` came.
  private int longer(int length, byte next) {
    int known = length;
    while (known > 0 && sought[known] != next) {
      known = borders[known - 1];
    }
    return sought[known] == next ? known + 1 : 0;
  }
}
