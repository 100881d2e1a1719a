package io.millrace.store;

import static io.millrace.store.StoreFixture.NO_LIMIT;
import static io.millrace.store.StoreFixture.exited;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.run.OnConflict;
import io.millrace.run.RunFilter;
import io.millrace.run.RunStatus;
import io.millrace.store.StoreFixture.Ask;
import io.millrace.testing.FaultyNetwork;
import io.millrace.testing.TestDatabase;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DatabaseAwayTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static final Database.Patience SHORT =
      new Database.Patience(Duration.ofSeconds(2), Duration.ofMillis(2500), Duration.ofSeconds(3));

  private FaultyNetwork network;

  /// Through the faulty network.
  private StoreFixture store;

  /// Past it.
  private StoreFixture observer;

  @BeforeEach
  void connect() throws IOException {
    var there = DATABASE.settings();
    network = new FaultyNetwork(there.host(), there.port());
    observer = new StoreFixture(there);
    observer.clear();
    store = new StoreFixture(network.leadingTo(there), SHORT);
  }

  @AfterEach
  void disconnect() throws IOException {
    network.close();
    store.close();
    observer.close();
  }

  @Test
  void a_commit_whose_answer_was_lost_is_looked_up_before_anybody_is_answered() {
    for (int repeat = 0; repeat < 20; repeat++) {
      store.insert(1, store.run("warm"));
      observer.clear();
      var claimed = store.run("claimed");
      var queued = store.run("queued");
      network.loseNextAnswer();

      var answers = store.insert(1, claimed, queued);

      assertThat(network.hasLostAnswer()).isTrue();
      assertThat(answers)
          .containsExactly(
              new Accepted.Inserted(true, List.of(), Optional.empty()),
              new Accepted.Inserted(false, List.of(), Optional.empty()));
      assertThat(store.runs.counts().await()).isEqualTo(new QueueCounts(0, 0, 1, 1));
    }
  }

  @Test
  void a_lost_answer_makes_no_second_run_of_an_idempotency_key() {
    for (int repeat = 0; repeat < 10; repeat++) {
      var key = "key " + repeat;
      var first = store.idempotent(key, "x");
      network.loseNextAnswer();
      var again = store.idempotent(key, "x");

      assertThat(store.insert(0, first).getFirst()).isInstanceOf(Accepted.Inserted.class);
      assertThat(store.insert(0, again)).containsExactly(new Accepted.Same(first.id()));
    }
  }

  @Test
  void a_replacing_run_whose_answer_was_lost_still_names_what_it_replaces() {
    var running = store.running(new Ask().key("k", OnConflict.QUEUE).submission());
    var newest = store.run(new Ask().key("k", OnConflict.REPLACE).submission());
    network.loseNextAnswer();

    assertThat(store.insert(0, newest).getFirst())
        .isEqualTo(new Accepted.Inserted(false, List.of(), Optional.of(running)));
  }

  @Test
  void a_database_that_is_down_is_away_and_comes_back() throws IOException {
    assertThat(store.database.isAvailable()).isTrue();
    network.goDown();

    assertAway(store.runs.insert(List.of(store.run("x")), store.me, 1, NO_LIMIT));
    assertAway(store.runs.claim(store.me, 1));
    assertAway(store.runs.find(store.ids.next()));
    assertAway(
        store.runs.list(
            RunFilter.ALL, new Position.Newest(), 1, Duration.ofSeconds(1), FreshOutput.NONE));
    assertThat(store.database.isAvailable()).isFalse();

    network.comeUp();
    assertThat(store.insert(1, store.run("x")).getFirst()).isInstanceOf(Accepted.Inserted.class);
    assertThat(store.database.isAvailable()).isTrue();
  }

  @Test
  void what_a_frozen_database_stores_after_all_never_starts() {
    store.insert(0, store.run("warm"));
    observer.clear();
    var lost = store.run("x");
    network.freeze();
    assertAway(store.runs.insert(List.of(lost, store.run("y")), store.me, 1, NO_LIMIT));
    network.thaw();
    await().until(() -> observer.runs.find(lost.id()).await().isPresent());

    assertThat(store.claim(10)).isEmpty();
    assertThat(observer.all(RunFilter.ALL)).isEmpty();
    assertThat(observer.runs.counts().await()).isEqualTo(new QueueCounts(0, 0, 0, 0));
  }

  @Test
  void an_idempotency_key_lost_in_a_frozen_database_is_free_again() {
    store.insert(0, store.idempotent("warm", "x"));
    network.freeze();
    assertAway(store.runs.insert(List.of(store.idempotent("lost", "x")), store.me, 0, NO_LIMIT));
    network.thaw();

    assertThat(store.insert(0, store.idempotent("lost", "x")).getFirst())
        .isInstanceOf(Accepted.Inserted.class);
  }

  @Test
  void a_claim_whose_answer_was_lost_is_undone_and_claimed_again() {
    for (int repeat = 0; repeat < 10; repeat++) {
      var id = store.queued("x");
      store.claim(0);
      network.loseNextAnswer();
      assertAway(store.runs.claim(store.me, 1));

      var claimed = store.runs.claim(store.me, 1).await();

      assertThat(claimed).map(each -> each.run().id()).containsExactly(id);
      assertThat(claimed.getFirst().attempt()).isEqualTo(1);
      assertThat(store.finish(id, exited(0))).isTrue();
    }
  }

  @Test
  void an_end_whose_answer_was_lost_is_ours_when_it_is_told_again() {
    for (int repeat = 0; repeat < 10; repeat++) {
      var id = store.running("x");
      var end = StoreFixture.end(id, 1, exited(3), Optional.empty());
      network.loseNextAnswer();
      assertAway(store.runs.finish(store.me, List.of(end)));

      assertThat(store.runs.finish(store.me, List.of(end)).await()).containsExactly(id);
      assertThat(store.status(id)).isEqualTo(RunStatus.FAILED);
    }
  }

  private static void assertAway(Future<?> answer) {
    assertThatThrownBy(answer::await).isInstanceOf(DatabaseAway.class);
  }
}
