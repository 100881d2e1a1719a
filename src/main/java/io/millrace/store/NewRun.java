package io.millrace.store;

import io.millrace.run.RunId;
import io.millrace.run.Submission;
import java.time.Instant;
import java.util.Optional;

/// A submission that has its id and waits for its row.
///
/// @param turn decides who starts first among those that wait with the same priority: the earlier
public record NewRun(
    RunId id, Submission submission, Optional<Idempotency> idempotency, Instant turn) {

  /// The time at which it came is its turn.
  public NewRun(RunId id, Submission submission, Optional<Idempotency> idempotency) {
    this(id, submission, idempotency, id.createdAt());
  }
}
