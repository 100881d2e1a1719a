package io.millrace.runner;

/// What became of bytes for a run's standard input.
public enum InputAnswer {
  /// All of them are on their way to the script.
  TAKEN,
  /// It is queued or has ended.
  NOT_RUNNING,
  /// It was submitted without an open standard input.
  NO_STDIN,
  /// Its input was ended before, or the script closed it.
  CLOSED,
  /// The script does not read: nothing was taken.
  FULL,
  /// There is no such run.
  UNKNOWN
}
