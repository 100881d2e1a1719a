package io.millrace.runner;

/// What became of the wish to remove a run.
public enum DeleteAnswer {
  DELETED,
  /// It is queued or running: only an ended run can go.
  LIVE,
  /// There is no such run.
  UNKNOWN
}
