package io.millrace.store;

import io.millrace.run.RunId;
import java.util.List;
import java.util.Optional;

/// What became of one submission of a group commit.
public sealed interface Accepted {

  /// Its row is durable.
  ///
  /// @param claimed it is already claimed for the inserting node, as attempt 1
  /// @param cancelledQueued runs that it replaced before they had started; they have ended
  /// @param toReplace the running run of its concurrency key that must be stopped for it
  record Inserted(boolean claimed, List<RunId> cancelledQueued, Optional<RunId> toReplace)
      implements Accepted {
    public Inserted {
      cancelledQueued = List.copyOf(cancelledQueued);
    }
  }

  /// Its idempotency key had come before, with the same submission: `first` is the run.
  record Same(RunId first) implements Accepted {}

  /// Its idempotency key belongs to `first`, a different submission.
  record KeyTaken(RunId first) implements Accepted {}

  /// No room: `queued` runs are waiting already.
  record QueueFull(long queued) implements Accepted {}

  /// It is not to wait for its concurrency key, and `holder` has it.
  record KeyBusy(RunId holder) implements Accepted {}

  /// PostgreSQL refuses this row, and only this one; nothing of it is stored.
  record Invalid(String why) implements Accepted {}
}
