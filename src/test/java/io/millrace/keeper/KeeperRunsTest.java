package io.millrace.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.Outcome;
import io.millrace.run.ProcessEnd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeeperRunsTest {
  private TestKeeper keeper;
  private Server server;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    keeper = new TestKeeper(folder);
  }

  @BeforeEach
  void connect() throws Exception {
    server = keeper.connect();
  }

  @AfterEach
  void disconnect() {
    server.close();
  }

  @AfterAll
  void end() throws Exception {
    keeper.close();
  }

  @Test
  void what_another_keeper_has_started_is_not_started_again() throws Exception {
    var script = keeper.script("echo again");
    script.directory().writeStarted(new byte[] {1});
    var exit = server.run(script);
    assertThat(exit.outcome()).isInstanceOf(Outcome.Lost.class);
    assertThat(keeper.output(script)).isEmpty();
  }

  @Test
  void a_script_leaves_its_code_and_both_streams_in_the_spool() throws Exception {
    var script = keeper.script("echo out; echo err >&2; exit 3");
    var exit = server.run(script);
    assertThat(exit.outcome()).isEqualTo(exited(3));
    assertThat(exit.counts().stdoutBytes()).isEqualTo(4);
    assertThat(exit.counts().stderrBytes()).isEqualTo(4);
    assertThat(keeper.output(script)).contains("out\n").contains("err\n").hasSize(8);
    assertThat(script.directory().readExit()).isEqualTo(Optional.of(exit));
    var started = server.awaitStarted(script);
    assertThat(exit.startedAt().orElseThrow().toEpochMilli())
        .isEqualTo(started.at().toEpochMilli());
  }

  @Test
  void a_signal_is_told_as_a_signal() throws Exception {
    assertThat(server.run(keeper.script("kill -SEGV $$")).outcome())
        .isEqualTo(new Outcome.Ended(new ProcessEnd.Signalled(11)));
  }

  @Test
  void the_last_news_of_the_output_comes_before_the_end_and_counts_all_of_it() throws Exception {
    var script = keeper.script("for i in {1..2000}; do echo $i; done");
    var exit = server.run(script);
    var told = server.heard().all(News.Advanced.class);
    assertThat(told).isNotEmpty();
    assertThat(exit.counts().bytes()).isEqualTo(8893);
    assertThat(told).extracting(news -> news.counts().bytes()).isSorted();
    assertThat(keeper.output(script)).hasSize(8893).endsWith("1999\n2000\n");
  }

  @Test
  void more_scripts_than_may_be_started_at_once_all_run() throws Exception {
    var scripts = new ArrayList<Script>();
    for (int i = 0; i < 60; i++) {
      var script = keeper.script("exit " + i);
      scripts.add(script);
      server.send(script.start());
    }
    for (int i = 0; i < scripts.size(); i++) {
      assertThat(server.awaitExit(scripts.get(i)).outcome()).isEqualTo(exited(i));
    }
  }

  @Test
  void a_start_that_is_said_again_starts_nothing_again() throws Exception {
    var script = keeper.script("echo once; read -r line; exit 7");
    server.send(script.start(StdinMode.PIPE));
    server.send(script.start(StdinMode.PIPE));
    server.awaitOutput(script, 5);
    int before = server.heard().count();
    server.send(script.start(StdinMode.PIPE));
    var again =
        server
            .heard()
            .await(before, News.Started.class, started -> started.run().equals(script.run()));
    assertThat(again).isEqualTo(server.awaitStarted(script));
    server.send(new Command.Input(1, script.run(), 1, new byte[0], true));
    var exit = server.awaitExit(script);
    before = server.heard().count();
    server.send(script.start(StdinMode.PIPE));
    assertThat(
            server
                .heard()
                .await(before, News.Exited.class, news -> news.record().run().equals(script.run()))
                .record())
        .isEqualTo(exit);
    assertThat(keeper.output(script)).isEqualTo("once\n");
  }

  @Test
  void a_start_after_the_end_was_forgotten_finds_it_on_the_disk() throws Exception {
    var script = keeper.script("echo once");
    var exit = server.run(script);
    server.send(script.forget());
    assertThat(server.survey(1)).doesNotContain(script.name());
    int before = server.heard().count();
    server.send(script.start());
    assertThat(server.heard().await(before, News.Exited.class, news -> true).record())
        .usingRecursiveComparison()
        .isEqualTo(exit);
    assertThat(keeper.output(script)).isEqualTo("once\n");
  }

  @Test
  void a_stop_ends_the_whole_tree_and_says_why() throws Exception {
    var script = keeper.script("(trap '' HUP; sleep 1000) & setsid sleep 1000 & echo on; wait");
    server.send(script.start());
    server.awaitOutput(script, 3);
    server.send(script.stop("ops"));
    assertThat(server.awaitStopping(script).inTime()).isTrue();
    var exit = server.awaitExit(script);
    assertThat(exit.outcome())
        .isEqualTo(new Outcome.Cancelled("ops", Optional.of(new ProcessEnd.Signalled(15))));
    assertThat(exit.stopRequestedAt()).isPresent();
    assertThat(Marks.living(script)).isEmpty();
  }

  @Test
  void a_stop_that_comes_too_late_or_for_nobody_changes_nothing() throws Exception {
    var script = keeper.script("exit 4");
    assertThat(server.run(script).outcome()).isEqualTo(exited(4));
    server.send(script.stop("late"));
    assertThat(server.awaitStopping(script).inTime()).isFalse();
    var unknown = keeper.script("true");
    server.send(unknown.stop("nobody"));
    assertThat(server.awaitStopping(unknown).inTime()).isFalse();
    assertThat(script.directory().readExit().orElseThrow().outcome()).isEqualTo(exited(4));
  }

  @Test
  void a_timeout_stops_what_runs_too_long() throws Exception {
    var script = keeper.script("sleep 1000");
    server.send(script.startFor(Duration.ofMillis(200)));
    assertThat(server.awaitExit(script).outcome())
        .isEqualTo(new Outcome.TimedOut(Duration.ofMillis(200), new ProcessEnd.Signalled(15)));
  }

  @Test
  void a_program_that_is_not_there_is_not_started_and_says_so() throws Exception {
    var script = keeper.script("true");
    server.send(script.startOther("/no/such/program"));
    assertThat(server.awaitExit(script).outcome())
        .isInstanceOfSatisfying(
            Outcome.NotStarted.class,
            outcome -> assertThat(outcome.reason()).contains("/no/such/program"));
    assertThat(server.heard().all(News.Started.class))
        .noneMatch(started -> started.run().equals(script.run()));
  }

  @Test
  void a_text_that_no_program_can_be_given_harms_nobody() throws Exception {
    var script = keeper.script("true");
    server.send(script.startOther("/bin/echo", "a\0b"));
    server.awaitExit(script);
    assertThat(server.run(keeper.script("exit 5")).outcome()).isEqualTo(exited(5));
  }

  @Test
  void a_sample_shows_what_a_living_attempt_uses() throws Exception {
    var script = keeper.script("sleep 1000 & echo on; wait");
    server.send(script.start());
    server.awaitOutput(script, 3);
    server.send(new Command.Sample(1, script.run(), 1));
    var sample = server.heard().await(News.Sampled.class, news -> news.request() == 1).sample();
    assertThat(sample.orElseThrow().processes()).isEqualTo(2);
    assertThat(sample.get().memoryBytes()).isGreaterThan(100_000);
    assertThat(sample.get().outputBytes()).isEqualTo(3);
    server.send(script.stop("enough"));
    server.awaitExit(script);
    server.send(new Command.Sample(2, script.run(), 1));
    assertThat(server.heard().await(News.Sampled.class, news -> news.request() == 2).sample())
        .isEmpty();
  }

  @Test
  void a_trivial_script_does_not_report_the_keepers_memory() throws Exception {
    for (var text : List.of("true", "echo on", "exec true")) {
      for (int i = 0; i < 20; i++) {
        assertThat(server.run(keeper.script(text)).usage().maxMemoryBytes())
            .as(text)
            .isLessThan(20_000_000);
      }
    }
  }

  @Test
  void a_script_that_says_nothing_is_measured_all_the_same() throws Exception {
    var script =
        keeper.script(
            "a=$(head -c 15000000 /dev/zero | tr '\\0' x); end=$((SECONDS + 3));"
                + " while ((SECONDS < end)); do :; done");
    assertThat(server.run(script).usage().maxMemoryBytes()).isGreaterThan(14_000_000);
  }

  @Test
  void memory_beyond_the_keepers_own_is_told_by_the_kernel() throws Exception {
    var script = keeper.script("(x=$(printf %150000000s)); exit 0");
    assertThat(server.run(script).usage().maxMemoryBytes()).isGreaterThan(150_000_000);
  }

  @Test
  void a_run_directory_that_a_script_removed_does_not_hide_its_end() throws Exception {
    var script = keeper.script("rm -rf \"${0%/*}\"; exit 6");
    assertThat(server.run(script).outcome()).isEqualTo(exited(6));
    assertThat(Files.exists(script.directory().scriptFile())).isFalse();
  }

  private static Outcome exited(int code) {
    return new Outcome.Ended(new ProcessEnd.Exited(code));
  }
}
