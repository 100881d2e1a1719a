package io.millrace.runner;

/// What became of a new terminal size.
public enum ResizeAnswer {
  RESIZED,
  /// It is queued or has ended.
  NOT_RUNNING,
  /// It was submitted without `tty`.
  NO_TERMINAL,
  /// There is no such run.
  UNKNOWN
}
