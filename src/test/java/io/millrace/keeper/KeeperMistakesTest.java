package io.millrace.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.Outcome;
import io.millrace.run.ProcessEnd;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A mistake in the keeper costs one run or one connection, never the keeper, and leaves nobody
/// waiting.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class KeeperMistakesTest {
  private static final Outcome SUCCESS = new Outcome.Ended(new ProcessEnd.Exited(0));
  @TempDir Path folder;

  @Test
  void wherever_the_keeper_fails_at_a_run_that_run_ends_and_all_others_go_on() throws Exception {
    var clock = new TrickClock();
    var scripts = new TestKeeper(folder);
    try (var local = new LocalKeeper(folder, clock);
        var server = scripts.connect()) {
      var other = scripts.script("echo on; read -r line; exit 5");
      server.send(other.start(StdinMode.PIPE));
      server.awaitOutput(other, 3);
      int harmed = 0;
      for (int question = 1; question <= 12; question++) {
        var script = scripts.script("setsid sleep 1000 & echo one; echo two >&2; exit 3");
        clock.failAtQuestion(question);
        server.send(script.start());
        var record = server.awaitExit(script);
        if (clock.hasFailed()) {
          harmed += told(record.outcome()) ? 1 : 0;
        }
        assertThat(Marks.living(script)).isEmpty();
        clock.failAtQuestion(0);
        assertThat(server.run(scripts.script("true")).outcome()).isEqualTo(SUCCESS);
        server.send(script.forget());
      }
      assertThat(harmed).isGreaterThan(3);
      server.send(new Command.Input(1, other.run(), 1, "\n".getBytes(), true));
      assertThat(server.awaitExit(other).outcome())
          .isEqualTo(new Outcome.Ended(new ProcessEnd.Exited(5)));
    }
  }

  private static boolean told(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Lost(String why) -> why.contains("a mistake on purpose");
      case Outcome.NotStarted(String reason) -> reason.contains("a mistake on purpose");
      case Outcome.Ended _ -> false;
      case Outcome.OutOfMemory _ -> false;
      case Outcome.TimedOut _ -> false;
      case Outcome.Cancelled _ -> false;
    };
  }

  @Test
  void a_mistake_while_a_run_is_stopped_ends_it_and_not_the_connection() throws Exception {
    var clock = new TrickClock();
    var scripts = new TestKeeper(folder);
    try (var local = new LocalKeeper(folder, clock);
        var server = scripts.connect()) {
      var script = scripts.script("trap '' TERM; echo on; while :; do sleep 0.1; done");
      server.send(script.start());
      server.awaitOutput(script, 3);
      clock.failAtQuestion(1);
      server.send(script.stop("somebody"));
      assertThat(server.awaitExit(script).outcome()).isInstanceOf(Outcome.Lost.class);
      assertThat(Marks.living(script)).isEmpty();
      assertThat(server.run(scripts.script("true")).outcome()).isEqualTo(SUCCESS);
      assertThat(server.heard().isClosed()).isFalse();
    }
  }

  @Test
  void of_a_run_that_was_given_up_nothing_is_kept_until_its_timeout() throws Exception {
    int many = 100;
    var clock = new TrickClock();
    var scripts = new TestKeeper(folder);
    try (var local = new LocalKeeper(folder, clock);
        var server = scripts.connect()) {
      for (int i = 0; i < many; i++) {
        var script = scripts.script("echo on; read -r line");
        server.send(script.startFor(Duration.ofHours(1), StdinMode.PIPE));
        server.awaitOutput(script, 3);
        clock.failAtQuestion(1);
        server.send(script.stop("somebody"));
        assertThat(server.awaitExit(script).outcome()).isInstanceOf(Outcome.Lost.class);
        server.send(script.forget());
      }
      // The loop throws away what was cancelled when that is more than a few.
      assertThat(instances(Execution.class)).isLessThan(many * 3 / 4);
    }
  }

  /// How many there are, after a collection of garbage: `jcmd PID GC.class_histogram`.
  private static int instances(Class<?> type) throws Exception {
    var histogram =
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "gcClassHistogram",
                new Object[] {new String[0]},
                new String[] {String[].class.getName()});
    return histogram
        .toString()
        .lines()
        .map(line -> line.strip().split("\\s+"))
        .filter(words -> words.length > 3 && words[3].equals(type.getName()))
        .mapToInt(words -> Integer.parseInt(words[1]))
        .sum();
  }

  @Test
  void a_mistake_in_a_watcher_or_a_deadline_is_its_owners_affair() throws Exception {
    var loop = new Loop();
    var blamed = new ArrayList<String>();
    var done = new CountDownLatch(1);
    loop.after(
        Duration.ZERO,
        () -> {
          throw new StackOverflowError("deep");
        },
        mistake -> {
          blamed.add(String.valueOf(mistake.getMessage()));
          throw new IllegalStateException("helpless");
        });
    loop.after(Duration.ofMillis(1), done::countDown, mistake -> blamed.add("nobody"));
    while (done.getCount() > 0) {
      loop.turn(Duration.ofMillis(5));
    }
    assertThat(blamed).containsExactly("deep");
  }
}
