package io.millrace.store;

import static io.millrace.store.StoreFixture.NO_LIMIT;
import static io.millrace.store.StoreFixture.exited;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.OnConflict;
import io.millrace.run.RunId;
import io.millrace.run.RunState;
import io.millrace.run.StopRequest;
import io.millrace.run.Submission;
import io.millrace.store.StoreFixture.Ask;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClaimRunsTest extends StoreTest {
  @Test
  void the_highest_priority_is_claimed_first_then_the_oldest() {
    var first = store.queued("first");
    var low = store.queued(new Ask().priority(-1).submission());
    var second = store.queued("second");
    var high = store.queued(new Ask().priority(1).submission());

    assertThat(store.claim(3)).containsExactly(high, first, second);
    assertThat(store.claim(3)).containsExactly(low);
    assertThat(store.claim(3)).isEmpty();
  }

  @Test
  void a_claimed_run_comes_with_its_script_attempt_and_owner() {
    store.queued("echo hello");

    var claimed = store.runs.claim(store.me, 1).await().getFirst();

    assertThat(claimed.run().submission()).isEqualTo(Submission.of("echo hello"));
    assertThat(claimed.run().state())
        .isEqualTo(new RunState.Running(Optional.empty(), Optional.empty()));
    assertThat(claimed.run().node()).contains("here");
    assertThat(claimed.attempt()).isEqualTo(1);
    assertThat(claimed.firstOffset()).isZero();
  }

  @Test
  void concurrent_claims_share_the_queue_without_overlap() {
    var queued = new ArrayList<NewRun>();
    for (int i = 0; i < 1000; i++) {
      queued.add(store.run("run " + i));
    }
    store.runs.insert(queued, store.me, 0, NO_LIMIT).await();

    var claims = new ArrayList<Future<List<Claimed>>>();
    for (int i = 0; i < 20; i++) {
      claims.add(store.runs.claim(store.me, 50));
    }

    var ids = new HashSet<RunId>();
    for (var claimed : StoreFixture.await(claims)) {
      assertThat(claimed).hasSizeLessThanOrEqualTo(50);
      claimed.forEach(each -> assertThat(ids.add(each.run().id())).isTrue());
    }
    while (ids.addAll(store.claim(50))) {
      // What others had locked while a claim looked is taken by the next one.
    }
    assertThat(ids).hasSize(1000);
  }

  @Test
  void of_each_concurrency_key_one_runs_however_many_claim() {
    for (int repeat = 0; repeat < 20; repeat++) {
      var queued = new ArrayList<NewRun>();
      for (int i = 0; i < 30; i++) {
        queued.add(store.run(new Ask().key("key " + i % 3, OnConflict.QUEUE).submission()));
      }
      store.runs.insert(queued, store.me, 10, NO_LIMIT).await();
      int ended = 0;
      while (ended < 30) {
        var claims = List.of(store.runs.claim(store.me, 10), store.runs.claim(store.me, 10));
        var running = StoreFixture.await(claims).stream().flatMap(List::stream).toList();
        assertThat(running).hasSizeBetween(1, 3);
        var keys = new HashSet<String>();
        var ends = new ArrayList<Future<?>>();
        for (var each : running) {
          assertThat(keys.add(each.run().submission().concurrencyKey().orElseThrow())).isTrue();
          var end = StoreFixture.end(each.run().id(), 1, exited(0), Optional.empty());
          ends.add(store.runs.finish(store.me, List.of(end)));
        }
        Future.all(ends).await();
        ended += running.size();
      }
    }
  }

  @Test
  void a_new_life_of_the_node_gets_what_the_last_one_had_claimed() {
    var id = store.queued("sleep 1000");
    var old = store.nodes.register("restarted").await();
    store.runs.claim(old, 1).await();
    var stop =
        new StopRequest(Instant.now().truncatedTo(ChronoUnit.MILLIS), "ann", Duration.ofSeconds(3));
    assertThat(store.runs.requestStop(old, id, 1, stop).await()).isTrue();

    var next = store.nodes.register("restarted").await();
    var claimed = store.runs.claimedBy(next).await();

    assertThat(next.epoch()).isGreaterThan(old.epoch());
    assertThat(claimed).map(each -> each.run().id()).containsExactly(id);
    assertThat(claimed.getFirst().run().state())
        .isEqualTo(new RunState.Running(Optional.empty(), Optional.of(stop)));
    var end = StoreFixture.end(id, 1, exited(0), Optional.empty());
    assertThat(store.runs.finish(next, List.of(end)).await()).containsExactly(id);
  }

  @Test
  void a_superseded_life_hears_that_it_is_over() {
    var old = store.nodes.register("elsewhere").await();
    assertThat(store.nodes.heartbeat(old).await()).isTrue();
    store.nodes.register("elsewhere").await();
    assertThat(store.nodes.heartbeat(old).await()).isFalse();
  }

  @Test
  void a_key_whose_holder_vanished_unsettled_is_found_by_the_next_promote() {
    var held = store.queued(new Ask().key("k", OnConflict.QUEUE).submission());
    store
        .database
        .move("update run_queue set state = $1", io.vertx.sqlclient.Tuple.of("held"))
        .await();
    assertThat(store.claim(1)).isEmpty();

    assertThat(store.runs.promote(Instant.now()).await().count()).isEqualTo(1);
    assertThat(store.claim(1)).containsExactly(held);
  }
}
