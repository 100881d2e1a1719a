package io.millrace.store;

import static io.millrace.store.StoreFixture.NO_LIMIT;
import static io.millrace.store.StoreFixture.end;
import static io.millrace.store.StoreFixture.exited;
import static io.millrace.store.StoreFixture.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.RunId;
import io.millrace.run.RunState;
import io.millrace.run.RunStatus;
import io.millrace.run.StopRequest;
import io.millrace.store.StoreFixture.Ask;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A server that was frozen wakes up when a newer life of its node has begun: whatever it still
/// writes changes nothing, and the newer one's writes count.
class SupersededLifeTest extends StoreTest {
  private final StopRequest stop =
      new StopRequest(Instant.now().truncatedTo(ChronoUnit.MILLIS), "ann", Duration.ofSeconds(3));
  private NodeEpoch old;

  @BeforeEach
  void begin() {
    old = store.nodes.register("frozen").await();
  }

  @Test
  void it_stops_nothing_that_the_newer_one_has() {
    var id = claimedByOld(new Ask());
    var next = takenOver(id);

    assertThat(store.runs.requestStop(old, id, 1, stop).await()).isFalse();
    assertThat(stopOf(id)).isEmpty();

    assertThat(store.runs.requestStop(next, id, 1, stop).await()).isTrue();
    assertThat(stopOf(id)).contains(stop);
  }

  @Test
  void it_adds_no_output_to_what_the_newer_one_has_or_has_ended() {
    var id = claimedByOld(new Ask());
    var next = takenOver(id);

    assertThat(store.outputs.append(old, id, 1, List.of(row(0, "old"))).await()).isFalse();
    assertThat(store.outputs.read(id, 0, 10).await()).isEqualTo(new StoredOutput.AtEnd(0));

    assertThat(store.outputs.append(next, id, 1, List.of(row(0, "new"))).await()).isTrue();
    store
        .runs
        .finish(next, List.of(end(id, 1, exited(0), Optional.empty(), row(0, "new"))))
        .await();
    assertThat(store.outputs.append(old, id, 1, List.of(row(3, "old"))).await()).isFalse();
    assertThat(store.outputs.append(next, id, 1, List.of(row(3, "late"))).await()).isFalse();
    assertThat(store.outputs.tail(id, 10).await())
        .isInstanceOfSatisfying(
            StoredOutput.Data.class, data -> assertThat(data.bytes()).asString().isEqualTo("new"));
  }

  @Test
  void it_ends_nothing_that_the_newer_one_has() {
    var id = claimedByOld(new Ask());
    var next = takenOver(id);
    var end = end(id, 1, exited(0), Optional.empty(), row(0, "x"));

    assertThat(store.runs.finish(old, List.of(end)).await()).isEmpty();
    assertThat(store.status(id)).isEqualTo(RunStatus.RUNNING);

    assertThat(store.runs.finish(next, List.of(end)).await()).containsExactly(id);
    assertThat(store.status(id)).isEqualTo(RunStatus.SUCCEEDED);
  }

  @Test
  void it_gets_no_run_from_the_queue() {
    var next = store.nodes.register("frozen").await();
    var waiting = store.queued("x");
    var given = store.run("y");

    assertThat(store.runs.claim(old, 10).await()).isEmpty();
    store.runs.insert(List.of(given), old, 10, NO_LIMIT).await();

    assertThat(store.status(given.id())).isEqualTo(RunStatus.QUEUED);
    assertThat(store.runs.claim(next, 10).await())
        .map(claimed -> claimed.run().id())
        .containsExactly(waiting, given.id());
  }

  @Test
  void one_that_was_frozen_at_its_start_takes_nothing_over() {
    var id = claimedByOld(new Ask());
    var frozen = store.nodes.register("frozen").await();
    var next = takenOver(id);

    assertThat(store.runs.claimedBy(frozen).await()).isEmpty();

    assertThat(store.runs.requestStop(next, id, 1, stop).await()).isTrue();
  }

  /// Not only lives: what belongs to one attempt says nothing of the next.
  @Test
  void an_attempt_of_before_stops_nothing_and_adds_no_output() {
    var id = claimedByOld(new Ask().retry(2));
    var failed = end(id, 1, exited(1), Optional.of(Instant.now().minusMillis(1)));
    store.runs.finish(old, List.of(failed)).await();
    store.runs.claim(old, 1).await();

    assertThat(store.runs.requestStop(old, id, 1, stop).await()).isFalse();
    assertThat(store.outputs.append(old, id, 1, List.of(row(0, "x"))).await()).isFalse();
    assertThat(stopOf(id)).isEmpty();

    assertThat(store.runs.requestStop(old, id, 2, stop).await()).isTrue();
    assertThat(store.outputs.append(old, id, 2, List.of(row(0, "x"))).await()).isTrue();
  }

  private RunId claimedByOld(Ask ask) {
    var id = store.queued(ask.submission());
    assertThat(store.runs.claim(old, 1).await()).hasSize(1);
    return id;
  }

  private NodeEpoch takenOver(RunId id) {
    var next = store.nodes.register("frozen").await();
    assertThat(store.runs.claimedBy(next).await())
        .map(claimed -> claimed.run().id())
        .containsExactly(id);
    return next;
  }

  private static Optional<StopRequest> stopOf(RunId id) {
    return ((RunState.Running) store.find(id).state()).stop();
  }
}
