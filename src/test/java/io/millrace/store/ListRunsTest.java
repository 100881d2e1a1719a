package io.millrace.store;

import static io.millrace.store.StoreFixture.NO_LIMIT;
import static io.millrace.store.StoreFixture.exited;
import static io.millrace.store.StoreFixture.filter;
import static io.millrace.store.StoreFixture.idsOf;
import static io.millrace.store.StoreFixture.only;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.Outcome;
import io.millrace.run.RunFilter;
import io.millrace.run.RunId;
import io.millrace.run.RunStatus;
import io.millrace.run.Stdin;
import io.millrace.run.Submission;
import io.millrace.store.StoreFixture.Ask;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ListRunsTest extends StoreTest {
  @Test
  void the_newest_come_first_without_script() {
    var first = store.running("a long script");
    store.finish(first, exited(0));
    var second = store.running("x");
    var third = store.queued("y");

    var page = store.list(RunFilter.ALL, new Position.Newest(), 10);

    assertThat(idsOf(page)).containsExactly(third, second, first);
    assertThat(page.items())
        .map(io.millrace.run.Run::status)
        .containsExactly(RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.SUCCEEDED);
    assertThat(page.items().getLast().submission().script()).contains("");
    assertThat(page.more()).isFalse();
    assertThat(page.continueBefore()).isEmpty();
  }

  @Test
  void a_page_says_whether_there_is_more_and_where() {
    var ids = new ArrayList<RunId>();
    for (int i = 0; i < 5; i++) {
      ids.add(store.queued("run " + i));
    }
    Collections.reverse(ids);

    var page = store.list(RunFilter.ALL, new Position.Newest(), 3);
    assertThat(idsOf(page)).isEqualTo(ids.subList(0, 3));
    assertThat(page.more()).isTrue();
    assertThat(page.continueBefore()).contains(ids.get(2));
    assertThat(idsOf(store.list(RunFilter.ALL, new Position.Before(ids.get(2)), 3)))
        .isEqualTo(ids.subList(3, 5));
    var byOffset = store.list(RunFilter.ALL, new Position.Offset(1), 3);
    assertThat(idsOf(byOffset)).isEqualTo(ids.subList(1, 4));
    assertThat(byOffset.continueBefore()).contains(ids.get(3));
    assertThat(idsOf(store.list(RunFilter.ALL, new Position.Offset(5), 3))).isEmpty();
    assertThat(store.list(RunFilter.ALL, new Position.Newest(), 5).more()).isFalse();
  }

  @Test
  void each_filter_lets_pass_what_it_names() {
    var named = store.running(new Ask().name("nightly").submission());
    var unit = store.running(new Ask().unit("web").submission());
    var labelled = store.running(new Ask().labels(Map.of("team", "a", "stage", "b")).submission());
    var otherTeam = store.queued(new Ask().label("team", "b").submission());
    store.finish(named, exited(0));
    store.finish(unit, exited(1));

    assertThat(store.all(filter(Set.of(), null, null, Map.of(), "nightly"))).containsExactly(named);
    assertThat(store.all(filter(Set.of(), "web", null, Map.of(), null))).containsExactly(unit);
    assertThat(store.all(filter(Set.of(), null, null, Map.of("team", "a"), null)))
        .containsExactly(labelled);
    assertThat(store.all(filter(Set.of(), null, null, Map.of("team", "a", "stage", "b"), null)))
        .containsExactly(labelled);
    assertThat(store.all(filter(Set.of(), null, null, Map.of("team", "b", "stage", "b"), null)))
        .isEmpty();
    assertThat(store.all(filter(Set.of(), null, "here", Map.of(), null)))
        .containsExactly(labelled, unit, named);
    assertThat(store.all(filter(Set.of(), null, "there", Map.of(), null))).isEmpty();
    assertThat(store.all(only(RunStatus.QUEUED))).containsExactly(otherTeam);
    assertThat(store.all(only(RunStatus.RUNNING))).containsExactly(labelled);
    assertThat(store.all(only(RunStatus.FAILED, RunStatus.QUEUED, RunStatus.LOST)))
        .containsExactly(otherTeam, unit);
    assertThat(store.all(only(RunStatus.values())))
        .containsExactly(otherTeam, labelled, unit, named);
    assertThat(
            store.all(filter(Set.of(RunStatus.RUNNING), null, "here", Map.of("team", "a"), null)))
        .containsExactly(labelled);
    assertThat(store.all(filter(Set.of(RunStatus.SUCCEEDED), null, "here", Map.of(), "nightly")))
        .containsExactly(named);
    assertThat(store.all(filter(Set.of(RunStatus.QUEUED), null, null, Map.of("team", "a"), null)))
        .isEmpty();
  }

  @Test
  void since_is_included_and_until_is_not() {
    var at = Instant.ofEpochMilli(1_700_000_000_000L);
    var before = at(at.minusMillis(1));
    var exactly = at(at);
    var after = at(at.plusMillis(1));

    assertThat(store.all(between(at, null))).containsExactly(after, exactly);
    assertThat(store.all(between(null, at))).containsExactly(before);
    assertThat(store.all(between(at, at.plusMillis(1)))).containsExactly(exactly);
  }

  private static RunId at(Instant created) {
    var run =
        new NewRun(new RunId.Generator(() -> created).next(), Submission.of("x"), Optional.empty());
    store.insert(0, run);
    return run.id();
  }

  private static RunFilter between(Instant since, Instant until) {
    return new RunFilter(
        Set.of(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Optional.ofNullable(since),
        Optional.ofNullable(until),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void a_list_paged_while_a_thousand_runs_are_inserted_has_no_gap_and_no_repeat() {
    for (var filter : List.of(RunFilter.ALL, only(RunStatus.QUEUED), only(RunStatus.FAILED))) {
      store.clear();
      boolean queued = filter.statuses().contains(RunStatus.QUEUED);
      var there = new ArrayList<NewRun>();
      for (int i = 0; i < 300; i++) {
        there.add(store.run("before"));
      }
      store.runs.insert(there, store.me, queued ? 0 : 300, NO_LIMIT).await();
      if (!queued) {
        var ends =
            there.stream()
                .map(run -> StoreFixture.end(run.id(), 1, exited(1), Optional.empty()))
                .toList();
        assertThat(store.runs.finish(store.me, ends).await()).hasSize(300);
      }
      var inserts = new ArrayList<Future<List<Accepted>>>();
      for (int i = 0; i < 100; i++) {
        var batch = new ArrayList<NewRun>();
        for (int j = 0; j < 10; j++) {
          batch.add(store.run("while"));
        }
        inserts.add(store.runs.insert(batch, store.me, 0, NO_LIMIT));
      }
      var paged = store.paged(filter, 7);
      StoreFixture.await(inserts);

      assertThat(paged).doesNotHaveDuplicates().isSortedAccordingTo(Collections.reverseOrder());
      assertThat(paged).containsAll(there.stream().map(NewRun::id).toList());
    }
  }

  @Test
  void a_run_is_in_exactly_one_status_list_while_it_moves() {
    var id = store.queued("x");
    for (var step :
        List.<Runnable>of(() -> {}, () -> store.claim(1), () -> store.finish(id, exited(0)))) {
      step.run();
      var status = store.status(id);
      for (var each : RunStatus.values()) {
        assertThat(store.all(only(each)).contains(id)).as(each.word()).isEqualTo(each == status);
      }
    }
  }

  @Test
  void given_stdin_is_left_out_of_pages_but_not_forgotten() {
    var plain = Submission.of("cat");
    var given =
        new Submission(
            plain.script(),
            plain.unit(),
            plain.name(),
            plain.args(),
            plain.environment(),
            plain.workdir(),
            plain.user(),
            new Stdin.Given("large"),
            plain.timeout(),
            plain.grace(),
            plain.priority(),
            plain.labels(),
            plain.limits(),
            plain.nice(),
            plain.umask(),
            plain.isolate(),
            plain.mergeStderr(),
            plain.terminal(),
            plain.concurrencyKey(),
            plain.onConflict(),
            plain.runAt(),
            plain.retry(),
            plain.interpreter());
    var id = store.queued(given);

    assertThat(
            store
                .list(RunFilter.ALL, new Position.Newest(), 1)
                .items()
                .getFirst()
                .submission()
                .stdin())
        .isEqualTo(new Stdin.Given(""));
    assertThat(store.find(id).submission().stdin()).isEqualTo(new Stdin.Given("large"));
  }

  @Test
  void lost_runs_are_listed_as_lost() {
    var id = store.running("x");
    store.finish(id, new Outcome.Lost("the machine died"));
    assertThat(store.all(only(RunStatus.LOST))).containsExactly(id);
  }
}
