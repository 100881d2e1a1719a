package io.millrace.store;

import static io.millrace.store.StoreFixture.NO_LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.Limits;
import io.millrace.run.OnConflict;
import io.millrace.run.Outcome;
import io.millrace.run.Retry;
import io.millrace.run.RunId;
import io.millrace.run.RunState;
import io.millrace.run.RunStatus;
import io.millrace.run.Stdin;
import io.millrace.run.Submission;
import io.millrace.run.Terminal;
import io.millrace.store.StoreFixture.Ask;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class InsertRunsTest extends StoreTest {
  @Test
  void everything_that_was_asked_for_comes_back_as_it_was() {
    var environment = new LinkedHashMap<String, String>();
    environment.put("QUOTES", "a \"b\" \\ {c,d} = 'e' NULL\n\tö");
    environment.put("EMPTY", "");
    var labels = new LinkedHashMap<String, String>();
    labels.put("team", "Größe, \"1\"");
    labels.put("null", "");
    var full =
        new Submission(
            Optional.of("#!/bin/sh\necho 'ü' \"$1\" \\\n"),
            Optional.empty(),
            Optional.of("nightly"),
            List.of("", "a b", "\"{}\\,", "NULL"),
            environment,
            Optional.of("/srv"),
            Optional.of("deploy"),
            new Stdin.Given("line\n"),
            Duration.ofMillis(1500),
            Duration.ZERO,
            -7,
            labels,
            new Limits(
                OptionalLong.of(512 << 20),
                OptionalInt.of(150),
                OptionalInt.of(100),
                OptionalInt.of(1024),
                OptionalLong.of(1 << 20)),
            OptionalInt.of(-5),
            027,
            true,
            true,
            Optional.of(new Terminal(80, 25)),
            Optional.of("deploys"),
            OnConflict.REPLACE,
            Optional.of(Instant.now().minusSeconds(5).truncatedTo(ChronoUnit.MILLIS)),
            new Retry(3, Duration.ofMillis(250), 1.5),
            Optional.of("python3 -u"));

    assertThat(store.find(store.queued(full)).submission()).isEqualTo(full);
    assertThat(store.find(store.queued("echo")).submission()).isEqualTo(Submission.of("echo"));
    var open = new Ask().unit("web.service").submission();
    assertThat(store.find(store.queued(open)).submission()).isEqualTo(open);
  }

  @Test
  void a_new_run_is_claimed_at_once_while_slots_are_free() {
    var first = store.run("one");
    var second = store.run("two");
    var third = store.run("three");

    var answers = store.insert(2, first, second, third);

    assertThat(answers).map(InsertRunsTest::claimed).containsExactly(true, true, false);
    assertThat(store.status(first.id())).isEqualTo(RunStatus.RUNNING);
    assertThat(store.find(first.id()).node()).contains("here");
    assertThat(store.status(third.id())).isEqualTo(RunStatus.QUEUED);
    assertThat(store.claim(10)).containsExactly(third.id());
  }

  @Test
  void a_newcomer_never_overtakes_what_is_ready_and_waits() {
    var waiting = store.queued("waits");
    var newcomer = store.run("newcomer");
    var urgent = store.run(new Ask().priority(1).submission());

    var answers = store.insert(10, newcomer, urgent);

    assertThat(answers).map(InsertRunsTest::claimed).containsExactly(false, true);
    assertThat(store.claim(10)).containsExactly(waiting, newcomer.id());
  }

  @Test
  void within_a_batch_the_slots_go_to_the_highest_priority() {
    var low = store.run(new Ask().priority(-1).submission());
    var high = store.run(new Ask().priority(5).submission());

    assertThat(store.insert(1, low, high))
        .map(InsertRunsTest::claimed)
        .containsExactly(false, true);
  }

  @Test
  void a_run_for_later_waits_for_its_time() {
    var at = Instant.now().plusSeconds(3600).truncatedTo(ChronoUnit.MILLIS);
    var later = store.run(new Ask().runAt(at).submission());

    assertThat(store.insert(10, later)).map(InsertRunsTest::claimed).containsExactly(false);

    assertThat(store.find(later.id()).state()).isEqualTo(new RunState.Queued(at));
    assertThat(store.claim(10)).isEmpty();
    assertThat(store.runs.promote(at.minusMillis(1)).await())
        .isEqualTo(new Promoted(0, Optional.of(at)));
    assertThat(store.runs.promote(at).await()).isEqualTo(new Promoted(1, Optional.empty()));
    assertThat(store.claim(10)).containsExactly(later.id());
  }

  @Test
  void one_bad_row_harms_no_other() {
    for (int repeat = 0; repeat < 20; repeat++) {
      var given = new ArrayList<NewRun>();
      for (int i = 0; i < 64; i++) {
        given.add(store.run(i % 21 == repeat ? "bad \0 script" : "good " + i));
      }
      var answers = store.runs.insert(given, store.me, 3, NO_LIMIT).await();
      for (int i = 0; i < 64; i++) {
        if (i % 21 == repeat) {
          assertThat(answers.get(i)).isInstanceOf(Accepted.Invalid.class);
          assertThat(store.runs.find(given.get(i).id()).await()).isEmpty();
        } else {
          assertThat(answers.get(i)).isInstanceOf(Accepted.Inserted.class);
        }
      }
      long claimedAtOnce = answers.stream().filter(InsertRunsTest::claimed).count();
      assertThat(claimedAtOnce).isEqualTo(repeat == 0 ? 3 : 0);
    }
  }

  @Test
  void a_rule_of_the_table_refuses_only_the_row_that_breaks_it() {
    var tooLong = store.run(new Ask().name("x".repeat(2000)).submission());
    var fine = store.run("fine");

    var answers = store.insert(0, tooLong, fine);

    assertThat(answers.get(0))
        .isInstanceOfSatisfying(
            Accepted.Invalid.class,
            invalid -> assertThat(invalid.why()).contains("run_name_fits_an_index"));
    assertThat(answers.get(1)).isInstanceOf(Accepted.Inserted.class);
  }

  @Test
  void the_same_key_and_submission_is_the_first_run_again() {
    var first = store.idempotent("k", "echo");
    var again = store.idempotent("k", "echo");
    var other = store.idempotent("k", "rm -rf /");

    assertThat(store.insert(0, first).getFirst()).isInstanceOf(Accepted.Inserted.class);
    assertThat(store.insert(0, again, other))
        .containsExactly(new Accepted.Same(first.id()), new Accepted.KeyTaken(first.id()));
    assertThat(store.runs.find(again.id()).await()).isEmpty();
  }

  @Test
  void two_equal_keys_in_one_batch_are_one_run() {
    var first = store.idempotent("k", "echo");
    var again = store.idempotent("k", "echo");
    var plain = store.run("plain");

    var answers = store.insert(0, first, plain, again);

    assertThat(answers.get(0)).isInstanceOf(Accepted.Inserted.class);
    assertThat(answers.get(1)).isInstanceOf(Accepted.Inserted.class);
    assertThat(answers.get(2)).isEqualTo(new Accepted.Same(first.id()));
  }

  @Test
  void fifty_concurrent_posts_with_one_key_make_one_run() {
    for (int repeat = 0; repeat < 20; repeat++) {
      var posts = new ArrayList<Future<List<Accepted>>>();
      for (int i = 0; i < 50; i++) {
        var post = List.of(store.run("other"), store.idempotent("key " + repeat, "echo"));
        posts.add(store.runs.insert(post, store.me, 0, NO_LIMIT));
      }
      var runs = new HashSet<RunId>();
      int inserted = 0;
      for (var answers : StoreFixture.await(posts)) {
        switch (answers.get(1)) {
          case Accepted.Inserted made -> inserted++;
          case Accepted.Same(RunId first) -> runs.add(first);
          default -> throw new AssertionError(answers.get(1));
        }
      }
      assertThat(inserted).isEqualTo(1);
      assertThat(runs).hasSize(1);
    }
  }

  @Test
  void a_key_is_void_after_24_hours() {
    var yesterday = Instant.now().minus(Duration.ofHours(25));
    var old =
        new NewRun(
            new RunId.Generator(() -> yesterday).next(),
            Submission.of("echo"),
            Optional.of(new Idempotency("k", new byte[] {1})));
    store.insert(0, old);
    var again = store.idempotent("k", "echo");

    assertThat(store.insert(0, again).getFirst()).isInstanceOf(Accepted.Inserted.class);
    assertThat(store.insert(0, store.idempotent("k", "echo")).getFirst())
        .isEqualTo(new Accepted.Same(again.id()));
  }

  @Test
  void the_surplus_over_a_full_queue_is_refused_and_keeps_no_key() {
    store.insert(0, store.run("1"), store.run("2"));
    var third = store.idempotent("third", "3");
    var fourth = store.idempotent("fourth", "4");

    var answers = store.runs.insert(List.of(third, fourth), store.me, 0, 3).await();

    assertThat(answers.get(0)).isInstanceOf(Accepted.Inserted.class);
    assertThat(answers.get(1)).isEqualTo(new Accepted.QueueFull(2));
    var replay = store.runs.insert(List.of(store.idempotent("third", "3")), store.me, 0, 3);
    assertThat(replay.await()).containsExactly(new Accepted.Same(third.id()));
    assertThat(store.insert(0, store.idempotent("fourth", "4")).getFirst())
        .isInstanceOf(Accepted.Inserted.class);
  }

  @Test
  void a_full_queue_refuses_nobody_who_can_start_at_once() {
    var answers =
        store.runs.insert(List.of(store.run("1"), store.run("2")), store.me, 1, 0).await();

    assertThat(claimed(answers.get(0))).isTrue();
    assertThat(answers.get(1)).isEqualTo(new Accepted.QueueFull(0));
  }

  @Test
  void of_a_concurrency_key_only_the_first_can_be_claimed() {
    var ask = new Ask().key("k", OnConflict.QUEUE);
    var first = store.run(ask.submission());
    var second = store.run(ask.submission());
    var urgent = store.run(ask.priority(9).submission());
    store.insert(10, first, second);

    assertThat(store.claim(10)).containsExactly(first.id());
    store.insert(10, urgent);
    assertThat(store.claim(10)).isEmpty();
    store.finish(first.id(), StoreFixture.exited(0));
    assertThat(store.claim(10)).containsExactly(urgent.id());
    store.finish(urgent.id(), StoreFixture.exited(0));
    assertThat(store.claim(10)).containsExactly(second.id());
  }

  @Test
  void a_more_urgent_run_of_a_key_takes_the_place_of_one_that_is_only_ready() {
    var ready = store.queued(new Ask().key("k", OnConflict.QUEUE).submission());
    var urgent = store.queued(new Ask().key("k", OnConflict.QUEUE).priority(1).submission());

    assertThat(store.claim(10)).containsExactly(urgent);
    assertThat(store.runs.places(List.of(ready)).await())
        .containsEntry(ready, new Place.Blocked(1, urgent));
  }

  @Test
  void held_runs_are_in_nobodys_way() {
    for (int i = 0; i < 20; i++) {
      store.queued(new Ask().key("k", OnConflict.QUEUE).priority(100).submission());
    }
    store.claim(1);
    var free = store.run("free");

    assertThat(claimed(store.insert(1, free).getFirst())).isTrue();
  }

  @Test
  void reject_refuses_while_another_of_the_key_is_live() {
    var holder = store.running(new Ask().key("k", OnConflict.QUEUE).submission());
    var reject = new Ask().key("k", OnConflict.REJECT);

    assertThat(store.insert(10, store.run(reject.submission())))
        .containsExactly(new Accepted.KeyBusy(holder));
    store.finish(holder, StoreFixture.exited(0));
    assertThat(store.insert(10, store.run(reject.submission())).getFirst())
        .isInstanceOf(Accepted.Inserted.class);
  }

  @Test
  void of_many_concurrent_rejects_of_one_key_one_gets_it() {
    for (int repeat = 0; repeat < 20; repeat++) {
      var ask = new Ask().key("key " + repeat, OnConflict.REJECT).submission();
      var posts = new ArrayList<Future<List<Accepted>>>();
      for (int i = 0; i < 20; i++) {
        posts.add(
            store.runs.insert(List.of(store.run(ask), store.run(ask)), store.me, 0, NO_LIMIT));
      }
      var answers = StoreFixture.await(posts).stream().flatMap(List::stream).toList();
      assertThat(answers).filteredOn(Accepted.Inserted.class::isInstance).hasSize(1);
      assertThat(answers).filteredOn(Accepted.KeyBusy.class::isInstance).hasSize(39);
    }
  }

  @Test
  void replace_cancels_what_is_queued_and_names_what_runs() {
    var ask = new Ask().key("k", OnConflict.REPLACE);
    var running = store.running(new Ask().key("k", OnConflict.QUEUE).submission());
    var queued = store.queued(new Ask().key("k", OnConflict.QUEUE).submission());
    var newest = store.run(ask.submission());

    var answer = store.insert(10, newest).getFirst();

    assertThat(answer)
        .isEqualTo(new Accepted.Inserted(false, List.of(queued), Optional.of(running)));
    assertThat(store.find(queued).state())
        .isInstanceOfSatisfying(
            RunState.Ended.class,
            ended ->
                assertThat(ended.outcome())
                    .isEqualTo(
                        new Outcome.Cancelled("replaced by run " + newest.id(), Optional.empty())));
    assertThat(store.claim(10)).isEmpty();
    store.finish(running, new Outcome.Cancelled("replaced", Optional.empty()));
    assertThat(store.claim(10)).containsExactly(newest.id());
  }

  @Test
  void of_three_replacing_runs_in_one_batch_the_last_one_stays() {
    var ask = new Ask().key("k", OnConflict.REPLACE);
    var first = store.run(ask.submission());
    var second = store.run(ask.submission());
    var third = store.run(ask.submission());

    store.insert(0, first, second, third);

    assertThat(store.status(first.id())).isEqualTo(RunStatus.CANCELLED);
    assertThat(store.status(second.id())).isEqualTo(RunStatus.CANCELLED);
    assertThat(store.claim(10)).containsExactly(third.id());
  }

  private static boolean claimed(Accepted answer) {
    return answer instanceof Accepted.Inserted inserted && inserted.claimed();
  }
}
