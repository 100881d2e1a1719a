package io.millrace.store;

import java.time.Instant;
import java.util.Optional;

/// What the database says of the queue and of itself, for those who watch the service.
///
/// @param oldestReady since when the run waits that could have started first; empty when none does
/// @param oldestSnapshot how many transactions ago the oldest snapshot was taken that somebody
///   still holds: nothing that was deleted since can be cleaned up, and the queue slows down
public record Vitals(QueueCounts queue, Optional<Instant> oldestReady, long oldestSnapshot) {}
