package io.millrace.runner;

import io.millrace.run.OutputCounts;
import io.millrace.run.Run;
import io.millrace.run.RunId;
import io.millrace.run.RunState;
import io.millrace.run.Submission;
import io.millrace.spool.RunDirectory;
import io.millrace.spool.SpoolRoots;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// An attempt that has just come to this node, as tests need it.
final class ClaimedAttempt {
  static final RunId RUN = RunId.parse("0199f2c4-0000-7000-8000-000000000001").orElseThrow();

  private ClaimedAttempt() {}

  /// One whose directory is never looked at.
  ///
  /// @param before what earlier attempts of the run wrote
  static LiveRun of(int attempt, OutputCounts before) {
    return in(new SpoolRoots(Path.of("/run"), Path.of("/data")), attempt, before);
  }

  /// The first one of its run.
  static LiveRun in(SpoolRoots roots) {
    return in(roots, 1, OutputCounts.ZERO);
  }

  private static LiveRun in(SpoolRoots roots, int attempt, OutputCounts before) {
    var run =
        new Run(
            RUN,
            Submission.of("true"),
            new RunState.Running(Optional.empty(), Optional.empty()),
            Optional.of("here"),
            attempt,
            List.of(),
            before);
    return LiveRun.claimed(run, RunDirectory.of(roots, RUN, attempt), 0);
  }
}
