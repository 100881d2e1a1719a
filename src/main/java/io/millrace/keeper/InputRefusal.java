package io.millrace.keeper;

/// Why nothing of an input was taken.
public enum InputRefusal {
  /// No such attempt runs.
  NOT_RUNNING,
  /// It was started without an open standard input.
  NO_STDIN,
  /// Its input was ended before, or nobody reads it any more.
  CLOSED,
  /// The pipe is full: the script does not read.
  FULL
}
