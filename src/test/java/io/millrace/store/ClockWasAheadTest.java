package io.millrace.store;

import static io.millrace.store.StoreFixture.end;
import static io.millrace.store.StoreFixture.exited;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.OnConflict;
import io.millrace.run.RunId;
import io.millrace.run.RunState;
import io.millrace.run.RunStatus;
import io.millrace.run.Submission;
import io.millrace.store.StoreFixture.Ask;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The clock was six hours ahead, and is right again.
class ClockWasAheadTest extends StoreTest {
  private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
  private final Instant ahead = now.plus(Duration.ofHours(6));
  private final RunId.Generator wrong = new RunId.Generator(() -> ahead);

  @Test
  void who_comes_behind_the_last_turn_starts_behind_all_that_wait() {
    var first = queuedAhead(Submission.of("first"));
    var second = queuedAhead(Submission.of("second"));
    var behind = store.runs.lastTurn().await().orElseThrow().plus(1, ChronoUnit.MICROS);
    var late = new NewRun(store.ids.next(), Submission.of("late"), Optional.empty(), behind);
    store.insert(0, late);
    assertThat(store.claim(3)).containsExactly(first, second, late.id());
    assertThat(store.runs.lastTurn().await()).isEmpty();
  }

  @Test
  void who_waits_for_a_key_has_a_turn_too() {
    store.running(new Ask().key("one", OnConflict.QUEUE).submission());
    var id = queuedAhead(new Ask().key("one", OnConflict.QUEUE).submission());
    assertThat(store.runs.lastTurn().await()).contains(id.createdAt());
  }

  @Test
  void a_retry_waits_for_its_delay_from_now_on() {
    var delay = Duration.ofMinutes(2);
    var id = store.running(new Ask().retry(3, delay).submission());
    store.finish(end(id, 1, exited(1), Optional.of(ahead.plus(delay))));
    assertThat(hasten()).isEqualTo(1);
    assertThat(store.find(id).state()).isEqualTo(new RunState.Queued(now.plus(delay)));
    assertThat(hasten()).isZero();
  }

  @Test
  void what_is_to_run_at_a_time_waits_for_that_time() {
    var id = store.queued(new Ask().runAt(ahead).submission());
    assertThat(hasten()).isZero();
    assertThat(store.status(id)).isEqualTo(RunStatus.QUEUED);
    assertThat(store.claim(1)).isEmpty();
  }

  private int hasten() {
    return store.runs.hastenRetries(now).await();
  }

  private RunId queuedAhead(Submission submission) {
    var run = new NewRun(wrong.next(), submission, Optional.empty());
    store.insert(0, run);
    return run.id();
  }
}
