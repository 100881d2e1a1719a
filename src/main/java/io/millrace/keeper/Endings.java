package io.millrace.keeper;

import io.millrace.keeper.os.Ended;
import io.millrace.run.Outcome;
import io.millrace.run.ProcessEnd;
import java.util.Optional;
import java.util.OptionalLong;

/// Joins what the kernel said of the main process with why the run was stopped, if it was.
final class Endings {
  private Endings() {}

  /// @param stop why it was stopped before its main process ended; its own process end is not known
  ///   yet
  /// @param memoryLimit that some process of the run was killed for
  static Outcome outcome(Ended ended, Optional<Outcome> stop, OptionalLong memoryLimit) {
    ProcessEnd end =
        ended.bySignal()
            ? new ProcessEnd.Signalled(ended.number())
            : new ProcessEnd.Exited(ended.number());
    if (stop.isPresent()) {
      return switch (stop.get()) {
        case Outcome.Cancelled cancelled -> new Outcome.Cancelled(cancelled.by(), Optional.of(end));
        case Outcome.TimedOut timedOut -> new Outcome.TimedOut(timedOut.limit(), end);
        case Outcome.Ended other -> other;
        case Outcome.OutOfMemory other -> other;
        case Outcome.NotStarted other -> other;
        case Outcome.Lost other -> other;
      };
    }
    return memoryLimit.isPresent()
        ? new Outcome.OutOfMemory(end, memoryLimit.getAsLong())
        : new Outcome.Ended(end);
  }
}
