package io.millrace.spool;

import java.util.Optional;

/// Which of its two outputs a run wrote to.
public enum Stream {
  STDOUT(1),
  STDERR(2);

  private final int code;

  Stream(int code) {
    this.code = code;
  }

  /// Its number in frames and messages, that of the file descriptor.
  public int code() {
    return code;
  }

  /// The stream of a number that was read; empty if there is none.
  public static Optional<Stream> of(int code) {
    return switch (code) {
      case 1 -> Optional.of(STDOUT);
      case 2 -> Optional.of(STDERR);
      default -> Optional.empty();
    };
  }
}
