package io.millrace.spool;

/// Which of a script's two streams bytes came from.
public enum Stream {
  STDOUT,
  STDERR
}
