package io.millrace.run;

import java.time.Instant;
import java.util.Optional;

/// Where a run is, with the facts that exist only there.
public sealed interface RunState {

  /// It waits: until `readyAt`, then for its turn.
  record Queued(Instant readyAt) implements RunState {}

  /// It has a slot; `startedAt` is there as soon as its main process is.
  record Running(Optional<Instant> startedAt, Optional<StopRequest> stop) implements RunState {}

  /// It is over. Without `startedAt` no process of its last attempt ever ran.
  record Ended(
      Optional<Instant> startedAt,
      Instant finishedAt,
      Outcome outcome,
      Usage usage,
      Optional<Instant> stopRequestedAt)
      implements RunState {}

  default RunStatus status() {
    return switch (this) {
      case Queued queued -> RunStatus.QUEUED;
      case Running running -> RunStatus.RUNNING;
      case Ended ended -> ended.outcome().status();
    };
  }
}
