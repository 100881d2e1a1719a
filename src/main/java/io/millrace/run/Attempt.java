package io.millrace.run;

import java.time.Instant;
import java.util.Optional;

/// One execution of a run that has ended; a run with `retry` may have several.
///
/// @param number from 1
/// @param firstOffset where its output begins in the run's output
public record Attempt(
    int number,
    Optional<Instant> startedAt,
    Instant finishedAt,
    Outcome outcome,
    long firstOffset) {}
