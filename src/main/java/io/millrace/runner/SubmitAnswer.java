package io.millrace.runner;

import io.millrace.run.Run;
import io.millrace.run.RunId;
import java.time.Duration;
import java.util.List;

/// What became of a submission.
public sealed interface SubmitAnswer {

  /// It is a run, and durable.
  record Accepted(Run run) implements SubmitAnswer {}

  /// Its idempotency key and meaning were submitted before: that run, as it is now.
  record Existing(Run run) implements SubmitAnswer {}

  /// Its idempotency key was used for `first`, which means something else.
  record IdempotencyConflict(RunId first) implements SubmitAnswer {}

  /// `queued` runs wait already, as many as may.
  record QueueFull(long queued, Duration retryAfter) implements SubmitAnswer {}

  /// Its concurrency key belongs to the live run `holder`, and it wished to be refused then.
  record KeyBusy(RunId holder) implements SubmitAnswer {}

  /// This host cannot run it: all that is wrong, at once.
  record Refused(List<Fault> faults) implements SubmitAnswer {
    public Refused {
      faults = List.copyOf(faults);
    }
  }
}
