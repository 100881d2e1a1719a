package io.millrace.store;

import io.millrace.run.Run;

/// What the queue says to the cancellation of a run.
public sealed interface Cancellation {

  /// It was waiting, has now ended, and will never start.
  record Cancelled(Run run) implements Cancellation {}

  /// A node has it: only that node can stop it.
  record Claimed(NodeEpoch by) implements Cancellation {}

  /// It had ended before.
  record Ended(Run run) implements Cancellation {}

  /// No such run.
  record Unknown() implements Cancellation {}
}
