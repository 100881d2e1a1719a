package io.millrace.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.Outcome;
import io.millrace.run.OutputCounts;
import io.millrace.run.Run;
import io.millrace.run.RunId;
import io.millrace.run.RunState;
import io.millrace.run.StopRequest;
import io.millrace.run.Submission;
import io.millrace.run.Usage;
import io.millrace.spool.ExitRecord;
import io.millrace.spool.RunDirectory;
import io.millrace.spool.SpoolRoots;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EndingTest {
  private static final RunId ID = RunId.parse("0199f2c4-0000-7000-8000-000000000001").orElseThrow();
  private static final Instant ASKED = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant HEARD = ASKED.plusMillis(15);

  @Test
  void an_ended_run_was_asked_to_stop_when_its_cancel_was_answered_and_not_when_the_keeper_heard() {
    var stop = new StopRequest(ASKED, "on request", Submission.DEFAULT_GRACE);
    assertThat(Ending.of(live(Optional.of(stop)), record()).stopRequestedAt()).hasValue(ASKED);
  }

  @Test
  void a_stop_that_only_the_keeper_knows_counts_too() {
    assertThat(Ending.of(live(Optional.empty()), record()).stopRequestedAt()).hasValue(HEARD);
  }

  private static LiveRun live(Optional<StopRequest> stop) {
    var run =
        new Run(
            ID,
            Submission.of("sleep 9"),
            new RunState.Running(Optional.of(ASKED), stop),
            Optional.of("here"),
            1,
            List.of(),
            OutputCounts.ZERO);
    var roots = new SpoolRoots(Path.of("/run"), Path.of("/data"));
    return LiveRun.claimed(run, RunDirectory.of(roots, ID, 1), 0);
  }

  private static ExitRecord record() {
    return new ExitRecord(
        ID,
        1,
        "boot",
        Optional.of(ASKED),
        HEARD,
        new Outcome.Cancelled("on request", Optional.empty()),
        Usage.NONE,
        OutputCounts.ZERO,
        0,
        Optional.of(HEARD));
  }
}
