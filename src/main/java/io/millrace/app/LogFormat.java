package io.millrace.app;

/// How the log is written.
public enum LogFormat {
  /// Lines for people, as `logback.xml` says.
  PLAIN,

  /// One JSON object on each line.
  JSON
}
