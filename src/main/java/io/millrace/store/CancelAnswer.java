package io.millrace.store;

import io.millrace.run.Run;

/// What the queue says to the cancellation of a run.
public sealed interface CancelAnswer {

  /// It was waiting, has now ended, and will never start.
  record Cancelled(Run run) implements CancelAnswer {}

  /// A node has it: only that node can stop it.
  record Claimed(NodeEpoch by) implements CancelAnswer {}

  /// It had ended before.
  record Ended(Run run) implements CancelAnswer {}

  /// No such run.
  record Unknown() implements CancelAnswer {}
}
