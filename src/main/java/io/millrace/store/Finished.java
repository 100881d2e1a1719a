package io.millrace.store;

import io.millrace.run.Outcome;
import io.millrace.run.OutputCounts;
import io.millrace.run.RunId;
import io.millrace.run.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How one attempt ended, with the output that is not stored yet.
///
/// @param attempt from 1; together with the claiming node and epoch it fences the write
/// @param output over all attempts of the run, this one included
/// @param retryAt when the next attempt may begin; empty ends the run
/// @param firstOffset where this attempt's output begins in the run's
/// @param rows of this attempt that are not stored yet; those that are stay as they are
public record Finished(
    RunId id,
    int attempt,
    Optional<Instant> startedAt,
    Instant finishedAt,
    Outcome outcome,
    Usage usage,
    OutputCounts output,
    Optional<Instant> stopRequestedAt,
    Optional<Instant> retryAt,
    long firstOffset,
    List<OutputRow> rows) {
  public Finished {
    rows = List.copyOf(rows);
  }
}
