package io.millrace.store;

import static io.millrace.store.StoreFixture.end;
import static io.millrace.store.StoreFixture.exited;
import static io.millrace.store.StoreFixture.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.Attempt;
import io.millrace.run.OnConflict;
import io.millrace.run.Outcome;
import io.millrace.run.OutputCounts;
import io.millrace.run.ProcessEnd.Exited;
import io.millrace.run.ProcessEnd.Signalled;
import io.millrace.run.RunState;
import io.millrace.run.RunStatus;
import io.millrace.run.StopRequest;
import io.millrace.run.Usage;
import io.millrace.store.StoreFixture.Ask;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FinishRunsTest extends StoreTest {
  @Test
  void an_end_is_stored_with_all_its_facts_and_output() {
    var id = store.running("echo hello");
    var end = end(id, 1, exited(3), Optional.empty(), row(0, "hello\n"));

    assertThat(store.finish(end)).isTrue();

    var run = store.find(id);
    assertThat(run.state())
        .isEqualTo(
            new RunState.Ended(
                end.startedAt(),
                end.finishedAt(),
                exited(3),
                new Usage(Duration.ofMillis(3), 4096),
                Optional.empty()));
    assertThat(run.node()).contains("here");
    assertThat(run.output()).isEqualTo(new OutputCounts(6, 6, 0, 0));
    assertThat(run.attempts())
        .containsExactly(new Attempt(1, end.startedAt(), end.finishedAt(), exited(3), 0));
    assertThat(store.outputs.read(id, 0, 100).await())
        .isInstanceOfSatisfying(
            StoredOutput.Data.class,
            data -> assertThat(data.bytes()).asString(StandardCharsets.UTF_8).isEqualTo("hello\n"));
    assertThat(store.runs.counts().await()).isEqualTo(new QueueCounts(0, 0, 0, 0));
  }

  @Test
  void every_outcome_comes_back_as_it_was() {
    var outcomes =
        List.of(
            exited(0),
            exited(255),
            new Outcome.Ended(new Signalled(9)),
            new Outcome.OutOfMemory(new Signalled(9), 1 << 20),
            new Outcome.TimedOut(Duration.ofMillis(1500), new Exited(143)),
            new Outcome.Cancelled("ann", Optional.of(new Signalled(15))),
            new Outcome.Cancelled("before it began", Optional.empty()),
            new Outcome.NotStarted("no such user: ann"),
            new Outcome.Lost("the machine was restarted"));
    for (var outcome : outcomes) {
      var id = store.running("x");
      store.finish(id, outcome);
      assertThat(store.find(id).state())
          .isInstanceOfSatisfying(
              RunState.Ended.class, ended -> assertThat(ended.outcome()).isEqualTo(outcome));
      assertThat(store.all(StoreFixture.only(outcome.status()))).contains(id);
    }
  }

  @Test
  void a_reason_with_a_nul_harms_nobody() {
    var one = store.running("one");
    var two = store.running("two");

    var ours =
        store
            .runs
            .finish(
                store.me,
                List.of(
                    end(one, 1, new Outcome.NotStarted("a \0 b"), Optional.empty()),
                    end(two, 1, exited(0), Optional.empty())))
            .await();

    assertThat(ours).containsExactlyInAnyOrder(one, two);
    assertThat(store.find(one).state())
        .isInstanceOfSatisfying(
            RunState.Ended.class,
            ended -> assertThat(ended.outcome()).isEqualTo(new Outcome.NotStarted("a \uFFFD b")));
  }

  @Test
  void an_end_that_cannot_be_stored_is_lost_and_harms_no_other() {
    var ends = new ArrayList<Finished>();
    for (int i = 0; i < 20; i++) {
      ends.add(end(store.running("run " + i), 1, exited(0), Optional.empty(), row(0, "x")));
    }
    var id = store.running("bad");
    ends.add(7, end(id, 1, exited(0), Optional.empty(), row(0, new byte[(1 << 20) + 1])));

    assertThat(store.runs.finish(store.me, ends).await()).hasSize(21);

    assertThat(store.status(id)).isEqualTo(RunStatus.LOST);
    assertThat(store.all(StoreFixture.only(RunStatus.SUCCEEDED))).hasSize(20).doesNotContain(id);
  }

  @Test
  void what_is_not_ours_is_not_touched() {
    var queued = store.queued("queued");
    var other = store.nodes.register("other").await();
    var theirs = store.queued("theirs");
    store.runs.cancelQueued(queued, "out of the way", Instant.now()).await();
    store.runs.claim(other, 1).await();
    var mine = store.running("mine");

    var ours =
        store
            .runs
            .finish(
                store.me,
                List.of(
                    end(theirs, 1, exited(0), Optional.empty(), row(0, "x")),
                    end(queued, 1, exited(0), Optional.empty()),
                    end(store.ids.next(), 1, exited(0), Optional.empty()),
                    end(mine, 1, exited(0), Optional.empty())))
            .await();

    assertThat(ours).containsExactly(mine);
    assertThat(store.status(theirs)).isEqualTo(RunStatus.RUNNING);
    assertThat(store.status(queued)).isEqualTo(RunStatus.CANCELLED);
    assertThat(store.outputs.read(theirs, 0, 10).await()).isEqualTo(new StoredOutput.AtEnd(0));
  }

  @Test
  void an_end_told_twice_is_ours_both_times_and_stored_once() {
    var id = store.running("echo");
    var end = end(id, 1, exited(3), Optional.empty(), row(0, "hello"));

    assertThat(store.finish(end)).isTrue();
    assertThat(store.finish(end)).isTrue();

    assertThat(store.find(id).attempts()).hasSize(1);
  }

  @Test
  void an_attempt_of_before_is_fenced_off() {
    var id = store.running(new Ask().retry(3).submission());
    store.finish(end(id, 1, exited(1), Optional.of(Instant.now().minusMillis(9))));
    store.claim(1);

    assertThat(store.finish(end(id, 3, exited(0), Optional.empty()))).isFalse();
    assertThat(store.status(id)).isEqualTo(RunStatus.RUNNING);
  }

  @Test
  void a_run_that_is_tried_again_is_queued_in_the_same_breath_and_goes_on_where_it_was() {
    var id = store.running(new Ask().retry(3).submission());
    var first = end(id, 1, exited(1), Optional.of(Instant.now().minusMillis(1)), row(0, "one\n"));
    assertThat(store.finish(first)).isTrue();

    var between = store.find(id);
    assertThat(between.status()).isEqualTo(RunStatus.QUEUED);
    assertThat(between.attempt()).isEqualTo(1);
    assertThat(between.attempts())
        .containsExactly(new Attempt(1, first.startedAt(), first.finishedAt(), exited(1), 0));
    assertThat(between.output().bytes()).isEqualTo(4);

    var claimed = store.runs.claim(store.me, 1).await().getFirst();
    assertThat(claimed.attempt()).isEqualTo(2);
    assertThat(claimed.firstOffset()).isEqualTo(4);

    var second = end(id, 2, exited(0), Optional.empty(), row(4, "two\n"));
    assertThat(store.finish(second)).isTrue();
    var run = store.find(id);
    assertThat(run.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(run.attempts())
        .containsExactly(
            new Attempt(1, first.startedAt(), first.finishedAt(), exited(1), 0),
            new Attempt(2, second.startedAt(), second.finishedAt(), exited(0), 4));
    assertThat(store.list(StoreFixture.only(), new Position.Newest(), 10).items())
        .containsExactly(run.submission().script().isPresent() ? withoutScript(run) : run);
  }

  private static io.millrace.run.Run withoutScript(io.millrace.run.Run run) {
    var listed = store.list(StoreFixture.only(), new Position.Newest(), 1).items().getFirst();
    assertThat(listed.submission().script()).contains("");
    return new io.millrace.run.Run(
        run.id(),
        listed.submission(),
        run.state(),
        run.node(),
        run.attempt(),
        run.attempts(),
        run.output());
  }

  @Test
  void a_retry_with_a_pause_is_scheduled() {
    var id = store.running(new Ask().retry(3).submission());
    var at = Instant.now().plusSeconds(60).truncatedTo(ChronoUnit.MILLIS);
    store.finish(end(id, 1, exited(1), Optional.of(at)));

    assertThat(store.find(id).state()).isEqualTo(new RunState.Queued(at));
    assertThat(store.claim(1)).isEmpty();
    assertThat(store.runs.promote(at).await().count()).isEqualTo(1);
    assertThat(store.claim(1)).containsExactly(id);
  }

  @Test
  void between_two_attempts_another_run_of_the_key_has_its_turn() {
    var ask = new Ask().key("k", OnConflict.QUEUE).retry(2).submission();
    var first = store.running(ask);
    var second = store.queued(ask);

    store.finish(end(first, 1, exited(1), Optional.of(Instant.now().minusMillis(1))));

    assertThat(store.claim(10)).containsExactly(second);
    store.finish(second, exited(0));
    assertThat(store.claim(10)).containsExactly(first);
  }

  @Test
  void a_run_cancelled_between_two_attempts_keeps_the_first() {
    var id = store.running(new Ask().retry(2).submission());
    var first = end(id, 1, exited(1), Optional.of(Instant.now().plusSeconds(60)), row(0, "x"));
    store.finish(first);

    store.runs.cancelQueued(id, "ann", Instant.now()).await();

    var run = store.find(id);
    assertThat(run.status()).isEqualTo(RunStatus.CANCELLED);
    assertThat(run.attempts())
        .containsExactly(new Attempt(1, first.startedAt(), first.finishedAt(), exited(1), 0));
    assertThat(run.output().bytes()).isEqualTo(1);
  }

  @Test
  void a_stop_request_only_ever_shortens_the_grace() {
    var id = store.running("x");
    var at = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    store.requestStop(id, new StopRequest(at, "ann", Duration.ofSeconds(10)));
    store.requestStop(id, new StopRequest(at.plusSeconds(1), "bob", Duration.ofSeconds(5)));
    store.requestStop(id, new StopRequest(at.plusSeconds(2), "eve", Duration.ofSeconds(60)));

    assertThat(store.find(id).state())
        .isEqualTo(
            new RunState.Running(
                Optional.empty(), Optional.of(new StopRequest(at, "ann", Duration.ofSeconds(5)))));
    assertThat(store.requestStop(store.queued("y"), new StopRequest(at, "ann", Duration.ZERO)))
        .isFalse();
  }

  @Test
  void five_hundred_ends_with_output_are_one_call() {
    var ends = new ArrayList<Finished>();
    for (int i = 0; i < 500; i++) {
      ends.add(
          end(
              store.running("run " + i),
              1,
              exited(0),
              Optional.empty(),
              row(0, "x".repeat(i + 1))));
    }
    assertThat(store.runs.finish(store.me, ends).await()).hasSize(500);
    assertThat(store.runs.counts().await().claimed()).isZero();
  }
}
