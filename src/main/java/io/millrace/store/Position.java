package io.millrace.store;

import io.millrace.run.RunId;

/// Where a page of runs begins, newest first.
public sealed interface Position {

  /// With the newest run.
  record Newest() implements Position {}

  /// With the newest run older than `run`, which itself may be gone.
  record Before(RunId run) implements Position {}

  /// Behind the newest `count` runs; takes time in proportion to them.
  record Offset(long count) implements Position {
    public Offset {
      if (count < 0) {
        throw new IllegalArgumentException("an offset is at least 0, got " + count);
      }
    }
  }
}
