package io.millrace.store;

import io.millrace.run.RunId;
import java.time.Instant;

/// What a queued run waits for.
public sealed interface Place {

  /// For its time, or the pause before its next attempt.
  record Scheduled(Instant readyAt, long position) implements Place {}

  /// For `holder`, which has its concurrency key or comes before it there.
  ///
  /// @param position in the order of start, from 1
  record Blocked(long position, RunId holder) implements Place {}

  /// For a slot.
  ///
  /// @param position in the order of start, from 1
  record Ready(long position) implements Place {}
}
