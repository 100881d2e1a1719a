package io.millrace.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.Outcome;
import io.millrace.run.OutputCounts;
import io.millrace.run.StopRequest;
import io.millrace.run.Submission;
import io.millrace.run.Usage;
import io.millrace.spool.ExitRecord;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EndingTest {
  private static final Instant ASKED = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant HEARD = ASKED.plusMillis(15);

  @Test
  void an_ended_run_was_asked_to_stop_when_its_cancel_was_answered_and_not_when_the_keeper_heard() {
    var stop = new StopRequest(ASKED, "on request", Submission.DEFAULT_GRACE);
    assertThat(Ending.of(live().stopping(stop), record()).stopRequestedAt()).hasValue(ASKED);
  }

  @Test
  void a_stop_that_only_the_keeper_knows_counts_too() {
    assertThat(Ending.of(live(), record()).stopRequestedAt()).hasValue(HEARD);
  }

  private static LiveRun live() {
    return ClaimedAttempt.of(1, OutputCounts.ZERO).started(ASKED);
  }

  private static ExitRecord record() {
    return new ExitRecord(
        ClaimedAttempt.RUN,
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
