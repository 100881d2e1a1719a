package io.millrace.runner;

import io.millrace.run.Attempt;
import io.millrace.run.Outcome;
import io.millrace.run.OutputCounts;
import io.millrace.run.Run;
import io.millrace.run.RunState;
import io.millrace.run.StopRequest;
import io.millrace.run.Usage;
import io.millrace.spool.ExitRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;

/// An attempt that is over and waits for its result to become durable.
///
/// @param live the attempt as it was last known, with all it wrote counted
record Ending(
    LiveRun live,
    Optional<Instant> startedAt,
    Instant finishedAt,
    Outcome outcome,
    Usage usage,
    Optional<Instant> stopRequestedAt) {

  /// What the keeper wrote down; when its end was asked for is what we had answered before, if we
  /// had: the keeper hears of it later.
  static Ending of(LiveRun live, ExitRecord record) {
    return new Ending(
        live,
        record.startedAt(),
        record.finishedAt(),
        record.outcome(),
        record.usage(),
        live.state().stop().map(StopRequest::at).or(record::stopRequestedAt));
  }

  /// An attempt of which no process ever ran.
  static Ending neverStarted(
      LiveRun live, Outcome outcome, Instant now, Optional<Instant> stopRequestedAt) {
    return new Ending(live, Optional.empty(), now, outcome, Usage.NONE, stopRequestedAt);
  }

  boolean isLost() {
    return outcome instanceof Outcome.Lost;
  }

  /// The same, with what the attempt wrote counted again.
  Ending counted(OutputCounts counts) {
    return new Ending(live.wrote(counts), startedAt, finishedAt, outcome, usage, stopRequestedAt);
  }

  /// When the run is tried again, if it is: never after somebody asked for its end.
  Optional<Instant> retryAt() {
    var retry = live.run().submission().retry();
    return stopRequestedAt.isEmpty() && retry.again(outcome, live.attempt())
        ? Optional.of(finishedAt.plus(retry.delayAfter(live.attempt())))
        : Optional.empty();
  }

  OutputCounts output() {
    return live.run().output();
  }

  /// The run as it is once this is durable: ended, or queued for its next attempt.
  Run after() {
    var run = live.run();
    var attempts = new ArrayList<>(run.attempts());
    attempts.add(new Attempt(live.attempt(), startedAt, finishedAt, outcome, live.firstOffset()));
    var ended = new RunState.Ended(startedAt, finishedAt, outcome, usage, stopRequestedAt);
    var again = retryAt();
    return new Run(
        run.id(),
        run.submission(),
        again.<RunState>map(RunState.Queued::new).orElse(ended),
        run.node(),
        again.isPresent() ? live.attempt() + 1 : live.attempt(),
        attempts,
        run.output());
  }
}
