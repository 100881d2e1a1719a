package io.millrace.store;

/// What became of the deletion of a run.
public enum Deletion {
  /// It is gone, with its output, labels and idempotency key.
  DELETED,
  /// It is queued or running, so it stays.
  LIVE,
  /// There is none of that id.
  UNKNOWN
}
