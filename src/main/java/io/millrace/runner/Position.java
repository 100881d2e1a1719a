package io.millrace.runner;

import io.millrace.run.RunId;

/// Where a page of a list begins.
public sealed interface Position {

  /// With the newest run.
  record Newest() implements Position {}

  /// With the newest run older than `run`, which itself may be gone.
  record Before(RunId run) implements Position {}

  /// Behind the newest `count` runs; slow for large counts.
  record Offset(long count) implements Position {}
}
