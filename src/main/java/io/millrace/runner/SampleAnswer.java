package io.millrace.runner;

import java.time.Duration;
import java.time.Instant;

/// What a run's tree uses, if it runs.
public sealed interface SampleAnswer {

  /// @param cpu used since the start of the attempt; two samples make a percentage
  /// @param memoryBytes of the whole tree
  /// @param outputBytes of the run so far
  record Sampled(Instant at, Duration cpu, long memoryBytes, int processes, long outputBytes)
      implements SampleAnswer {}

  /// It is queued or has ended.
  record NotRunning() implements SampleAnswer {}

  /// There is no such run.
  record Unknown() implements SampleAnswer {}
}
