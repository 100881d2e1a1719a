package io.millrace.store;

import static io.millrace.store.StoreFixture.NO_LIMIT;
import static io.millrace.store.StoreFixture.exited;
import static io.millrace.store.StoreFixture.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.OnConflict;
import io.millrace.run.Outcome;
import io.millrace.run.RunId;
import io.millrace.run.RunState;
import io.millrace.run.RunStatus;
import io.millrace.run.Submission;
import io.millrace.run.Usage;
import io.millrace.store.StoreFixture.Ask;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CancelRunsTest extends StoreTest {
  @Test
  void a_cancelled_queued_run_has_ended_and_never_starts() {
    var id = store.queued("x");
    var at = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    var answer = store.runs.cancelQueued(id, "ann \0", at).await();

    assertThat(answer).isEqualTo(new Cancellation.Cancelled(store.find(id)));
    assertThat(store.find(id).state())
        .isEqualTo(
            new RunState.Ended(
                Optional.empty(),
                at,
                new Outcome.Cancelled("ann \uFFFD", Optional.empty()),
                Usage.NONE,
                Optional.of(at)));
    assertThat(store.find(id).attempts()).isEmpty();
    assertThat(store.claim(10)).isEmpty();
  }

  @Test
  void what_is_not_queued_is_told_apart() {
    var running = store.running("x");
    var ended = store.running("y");
    store.finish(ended, exited(0));

    assertThat(store.runs.cancelQueued(running, "ann", Instant.now()).await())
        .isEqualTo(new Cancellation.Claimed(store.me));
    assertThat(store.runs.cancelQueued(ended, "ann", Instant.now()).await())
        .isEqualTo(new Cancellation.Ended(store.find(ended)));
    assertThat(store.runs.cancelQueued(store.ids.next(), "ann", Instant.now()).await())
        .isEqualTo(new Cancellation.Unknown());
  }

  @Test
  void a_cancel_and_a_claim_at_once_agree_on_who_has_the_run() {
    int cancelled = 0;
    for (int repeat = 0; repeat < 500; repeat++) {
      var id = store.queued("x");
      boolean cancelFirst = repeat % 2 == 0;
      var early = cancelFirst ? store.runs.cancelQueued(id, "ann", Instant.now()) : null;
      var claim = store.runs.claim(store.me, 1);
      var cancel = early != null ? early : store.runs.cancelQueued(id, "ann", Instant.now());
      var claimed = !claim.await().isEmpty();
      switch (cancel.await()) {
        case Cancellation.Cancelled done -> {
          cancelled++;
          assertThat(claimed).isFalse();
          assertThat(store.status(id)).isEqualTo(RunStatus.CANCELLED);
        }
        case Cancellation.Claimed by -> {
          assertThat(claimed).isTrue();
          assertThat(store.finish(id, exited(0))).isTrue();
        }
        default -> throw new AssertionError(cancel.await());
      }
    }
    assertThat(cancelled).as("both happen").isBetween(1, 499);
  }

  @Test
  void the_next_of_the_key_is_ready_when_the_first_is_cancelled() {
    var ask = new Ask().key("k", OnConflict.QUEUE).submission();
    var first = store.queued(ask);
    var second = store.queued(ask);

    store.runs.cancelQueued(first, "ann", Instant.now()).await();

    assertThat(store.claim(10)).containsExactly(second);
  }

  @Test
  void a_deleted_run_is_gone_with_everything_of_it() {
    var labelled =
        new NewRun(
            store.ids.next(),
            new Ask().labels(Map.of("team", "a", "stage", "b")).submission(),
            Optional.of(new Idempotency("k", new byte[] {1})));
    store.runs.insert(List.of(labelled), store.me, 1, NO_LIMIT).await();
    var id = labelled.id();
    assertThat(store.runs.delete(id).await()).isEqualTo(Deletion.LIVE);
    store.finish(id, exited(0), row(0, "secret"));

    assertThat(store.runs.delete(id).await()).isEqualTo(Deletion.DELETED);

    assertThat(store.runs.delete(id).await()).isEqualTo(Deletion.UNKNOWN);
    assertThat(store.runs.find(id).await()).isEmpty();
    assertThat(store.all(StoreFixture.text("secret"))).isEmpty();
    for (var table : List.of("run", "run_output", "run_label", "idempotency_key", "run_queue")) {
      var rows = store.database.move("select from " + table, io.vertx.sqlclient.Tuple.tuple());
      assertThat(rows.await().size()).as(table).isZero();
    }
  }

  @Test
  void a_queued_run_cannot_be_deleted() {
    assertThat(store.runs.delete(store.queued(Submission.of("x"))).await())
        .isEqualTo(Deletion.LIVE);
  }

  @Test
  void positions_count_in_the_order_of_start() {
    var low = store.queued(new Ask().priority(-1).submission());
    var first = store.queued("1");
    var second = store.queued("2");
    var high = store.queued(new Ask().priority(1).submission());
    var later = store.queued(new Ask().runAt(Instant.now().plusSeconds(90)).submission());
    var soon = store.queued(new Ask().runAt(Instant.now().plusSeconds(60)).submission());
    var running = store.nodes.register("there").await();

    assertThat(positions(List.of(later, low, first, second, high, soon)))
        .isEqualTo(Map.of(high, 1L, first, 2L, second, 3L, low, 4L, soon, 5L, later, 6L));
    assertThat(store.runs.claim(running, 1).await()).hasSize(1);
    assertThat(positions(List.of(high, second))).isEqualTo(Map.of(second, 2L));
    assertThat(store.runs.places(List.of(soon)).await().get(soon))
        .isInstanceOf(Place.Scheduled.class);
    assertThat(store.runs.counts().await()).isEqualTo(new QueueCounts(2, 0, 3, 1));
  }

  @Test
  void a_held_run_says_who_holds_its_key() {
    var ask = new Ask().key("k", OnConflict.QUEUE).submission();
    var holder = store.running(ask);
    store.queued("other");
    var held = store.queued(ask);

    assertThat(store.runs.places(List.of(held)).await())
        .containsEntry(held, new Place.Blocked(2, holder));
  }

  private Map<RunId, Long> positions(List<RunId> runs) {
    var positions = new HashMap<RunId, Long>();
    store
        .runs
        .places(runs)
        .await()
        .forEach(
            (run, place) ->
                positions.put(
                    run,
                    switch (place) {
                      case Place.Scheduled scheduled -> scheduled.position();
                      case Place.Blocked blocked -> blocked.position();
                      case Place.Ready ready -> ready.position();
                    }));
    return positions;
  }
}
