package io.millrace.store;

import io.millrace.run.RunId;

/// Where a page of runs begins, newest first.
public sealed interface Position {

  /// The first page.
  Position NEWEST = new Offset(0);

  /// Only runs older than `id`.
  record Before(RunId id) implements Position {}

  /// After the `rows` newest ones; costs time in proportion to them.
  record Offset(long rows) implements Position {
    public Offset {
      if (rows < 0) {
        throw new IllegalArgumentException("an offset is at least 0, got " + rows);
      }
    }
  }
}
