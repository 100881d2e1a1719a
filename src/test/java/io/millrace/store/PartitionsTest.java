package io.millrace.store;

import static io.millrace.store.StoreFixture.exited;
import static io.millrace.store.StoreFixture.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.RunFilter;
import io.millrace.run.RunId;
import io.millrace.store.StoreFixture.Ask;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PartitionsTest extends StoreTest {
  @Test
  void this_month_and_the_next_two_are_made_once() {
    var partitions = new Partitions(store.database);
    var now = Instant.parse("2031-12-31T23:59:59.999Z");

    partitions.prepare(now).await();
    partitions.prepare(now).await();

    assertThat(partitions.months().await())
        .contains(YearMonth.of(2031, 12), YearMonth.of(2032, 1), YearMonth.of(2032, 2));
    assertThat(tableOf(insert(now))).isEqualTo("run_2031_12");
    assertThat(tableOf(insert(now.plusMillis(1)))).isEqualTo("run_2032_01");
  }

  @Test
  void what_came_before_its_month_was_made_moves_over() {
    var early = Instant.parse("2035-05-01T00:00:00Z");
    var id = insert(early);
    assertThat(tableOf(id)).isEqualTo("run_default");

    new Partitions(store.database).make(YearMonth.of(2035, 5)).await();

    assertThat(tableOf(id)).isEqualTo("run_2035_05");
    assertThat(store.claim(1)).containsExactly(id);
    store.finish(id, exited(0), row(0, "x"));
    assertThat(store.all(RunFilter.ALL)).containsExactly(id);
    assertThat(
            store.all(
                StoreFixture.filter(
                    java.util.Set.of(), null, null, java.util.Map.of("a", "b"), null)))
        .containsExactly(id);
  }

  @Test
  void old_months_are_dropped_unless_a_run_of_theirs_is_live() {
    var partitions = new Partitions(store.database);
    for (int month = 1; month <= 3; month++) {
      partitions.make(YearMonth.of(2020, month)).await();
    }
    var ended = insert(Instant.parse("2020-01-15T00:00:00Z"));
    store.claim(1);
    store.finish(ended, exited(0), row(0, "x"));
    var live = insert(Instant.parse("2020-02-15T00:00:00Z"));
    var young = insert(Instant.parse("2020-03-15T00:00:00Z"));
    var now = Instant.parse("2020-04-29T00:00:00Z");

    assertThat(partitions.drop(now, 29).await()).containsExactly("2020-01");

    assertThat(store.runs.find(ended).await()).isEmpty();
    assertThat(store.outputs.read(ended, 0, 9).await()).isEqualTo(new StoredOutput.AtEnd(0));
    assertThat(store.find(live)).isNotNull();
    assertThat(store.find(young)).isNotNull();
  }

  @Test
  void void_idempotency_keys_are_forgotten() {
    var now = Instant.now();
    var run =
        new NewRun(
            new RunId.Generator(() -> now.minusSeconds(90_000)).next(),
            new Ask().submission(),
            Optional.of(new Idempotency("k", new byte[] {1})));
    store.insert(0, run);

    new Partitions(store.database).prepare(now).await();

    var left = store.database.move("select from idempotency_key", Tuple.tuple());
    assertThat(left.await().size()).isZero();
  }

  private static RunId insert(Instant created) {
    var run =
        new NewRun(
            new RunId.Generator(() -> created).next(),
            new Ask().label("a", "b").submission(),
            Optional.empty());
    store.runs.insert(List.of(run), store.me, 0, StoreFixture.NO_LIMIT).await();
    return run.id();
  }

  private static String tableOf(RunId id) {
    return store
        .database
        .move("select tableoid::regclass::text from run where id = $1", Tuple.of(id.uuid()))
        .await()
        .iterator()
        .next()
        .getString(0);
  }
}
