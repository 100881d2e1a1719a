package io.millrace.keeper;

import io.millrace.keeper.os.Ended;
import io.millrace.keeper.os.Signal;
import io.millrace.run.Outcome;
import io.millrace.run.ProcessEnd;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/// Joins what the kernel says of the main process with why the run was stopped, if it was: the
/// first reason stands.
///
/// Belongs to the loop.
final class Endings {
  /// Its own process end is not known yet.
  private Optional<Outcome> stop = Optional.empty();

  /// Whether it is cancelled now; false when its time was up before.
  boolean cancel(String by) {
    stop = stop.or(() -> Optional.of(new Outcome.Cancelled(by, Optional.empty())));
    return stop.get() instanceof Outcome.Cancelled;
  }

  /// Whether this is the reason: false when there was one before.
  boolean timeIsUp(Duration limit) {
    if (stop.isPresent()) {
      return false;
    }
    stop = Optional.of(new Outcome.TimedOut(limit, new ProcessEnd.Signalled(Signal.TERM)));
    return true;
  }

  /// @param memoryLimit that some process of the run was killed for
  Outcome outcome(Ended ended, OptionalLong memoryLimit) {
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
