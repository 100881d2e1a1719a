package io.millrace.runner;

import io.millrace.run.OutputCounts;
import io.millrace.run.Run;
import io.millrace.run.RunId;
import io.millrace.run.RunState;
import io.millrace.run.StopRequest;
import io.millrace.run.Submission;
import io.millrace.spool.OutputReader;
import io.millrace.spool.RunDirectory;
import java.time.Instant;
import java.util.Optional;

/// One attempt that this node has claimed and whose end is not durable yet, as it is at one moment.
///
/// @param run the run with its live state and output
/// @param before what earlier attempts of the run wrote; this one's output begins at its end
/// @param directory where this attempt's files lie
/// @param claimedNanos when it came here, by [System#nanoTime()]
/// @param over whether its end waits to become durable: nothing may start it any more
record LiveRun(
    Run run, OutputCounts before, RunDirectory directory, long claimedNanos, boolean over) {

  /// An attempt that has just come here; its long texts are not kept.
  static LiveRun claimed(Run claimed, RunDirectory directory, long claimedNanos) {
    var run = claimed.with(claimed.submission().abridged());
    return new LiveRun(run, run.output(), directory, claimedNanos, false);
  }

  RunId id() {
    return run.id();
  }

  int attempt() {
    return run.attempt();
  }

  /// Where this attempt's output begins.
  long firstOffset() {
    return before.bytes();
  }

  /// A reader of what it has written so far, as far as the keeper's news have come.
  OutputReader openReader() {
    return directory.openReader(firstOffset(), run.output().bytes());
  }

  RunState.Running state() {
    return (RunState.Running) run.state();
  }

  LiveRun started(Instant at) {
    return in(new RunState.Running(Optional.of(at), state().stop()));
  }

  LiveRun stopping(StopRequest request) {
    return in(new RunState.Running(state().startedAt(), Optional.of(request)));
  }

  /// The same attempt when it has written `counts` by itself.
  LiveRun wrote(OutputCounts counts) {
    return new LiveRun(run.with(total(counts)), before, directory, claimedNanos, over);
  }

  /// The same attempt with its submission in other words.
  LiveRun asked(Submission words) {
    return new LiveRun(run.with(words), before, directory, claimedNanos, over);
  }

  /// The same attempt when its end is known.
  LiveRun ended() {
    return new LiveRun(run, before, directory, claimedNanos, true);
  }

  /// What the run wrote over all its attempts when this one wrote `counts`.
  OutputCounts total(OutputCounts counts) {
    return new OutputCounts(
        before.bytes() + counts.bytes(),
        before.stdoutBytes() + counts.stdoutBytes(),
        before.stderrBytes() + counts.stderrBytes(),
        before.truncatedBytes() + counts.truncatedBytes());
  }

  /// What this attempt alone wrote so far.
  OutputCounts own() {
    var all = run.output();
    return new OutputCounts(
        all.bytes() - before.bytes(),
        all.stdoutBytes() - before.stdoutBytes(),
        all.stderrBytes() - before.stderrBytes(),
        all.truncatedBytes() - before.truncatedBytes());
  }

  private LiveRun in(RunState.Running state) {
    return new LiveRun(run.in(state), before, directory, claimedNanos, over);
  }
}
