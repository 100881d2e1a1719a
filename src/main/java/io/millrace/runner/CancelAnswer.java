package io.millrace.runner;

import io.millrace.run.Run;

/// What became of a wish to stop a run.
public sealed interface CancelAnswer {

  /// It is recorded: a queued run has ended, a running one is being stopped.
  record Stopping(Run run) implements CancelAnswer {}

  /// It came too late.
  record AlreadyEnded(Run run) implements CancelAnswer {}

  /// There is no such run.
  record Unknown() implements CancelAnswer {}
}
