package io.millrace.keeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.run.Outcome;
import io.millrace.run.ProcessEnd;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
class KeeperEndsTest {
  @TempDir Path folder;
  private TestKeeper keeper;

  @BeforeEach
  void open() throws Exception {
    keeper = new TestKeeper(folder);
  }

  @AfterEach
  void end() throws Exception {
    keeper.close();
  }

  @Test
  void the_keeper_after_a_killed_one_reports_what_was_lost_and_leaves_nothing_alive()
      throws Exception {
    var living =
        keeper.script(
            """
            sleep 1000 &
            setsid sleep 1000 &
            ((setsid nohup sleep 1000 >/dev/null 2>&1 &) &)
            env -i setsid sleep 1000 &
            echo out; echo err >&2
            wait
            """);
    var ended = keeper.script("exit 8");
    try (var server = keeper.connect()) {
      server.send(living.start());
      server.awaitOutput(living, 8);
      server.run(ended);
      var unseen = keeper.script("true");
      keeper.kill();
      assertThat(Marks.living(living)).isNotEmpty();
      assertThat(server.heard().whyClosed()).isPresent();
      assertThat(unseen.directory().readStarted()).isEmpty();
    }
    try (var server = keeper.connect()) {
      assertThat(Marks.living(living)).isEmpty();
      server.send(living.start());
      server.send(ended.start());
      var lost = server.awaitExit(living);
      assertThat(lost.outcome()).isEqualTo(new Outcome.Lost("its keeper was killed"));
      assertThat(lost.counts().stdoutBytes()).isEqualTo(4);
      assertThat(lost.counts().stderrBytes()).isEqualTo(4);
      assertThat(lost.startedAt()).isPresent();
      assertThat(server.awaitExit(ended).outcome())
          .isEqualTo(new Outcome.Ended(new ProcessEnd.Exited(8)));
      assertThat(server.heard().all(News.Started.class)).isEmpty();
      assertThat(keeper.output(living)).contains("out\n").contains("err\n");
    }
  }

  @Test
  void an_end_kills_what_runs_and_cancels_what_waits_before_the_keeper_goes() throws Exception {
    keeper.connect().close();
    var scripts = new ArrayList<Script>();
    var commands = new ArrayList<Command>(List.of(new Command.Hello(Wire.VERSION, 1000)));
    for (int i = 0; i < 100; i++) {
      scripts.add(keeper.script("trap '' TERM; echo on; sleep 1000 & wait; sleep 1000"));
      commands.add(scripts.getLast().start());
    }
    try (var server = new RawServer(keeper)) {
      server.send(commands.toArray(Command[]::new));
      server.listen(News.Started.class);
      server.send(new Command.End());
      server.listenToTheEnd();
    }
    keeper.awaitEnd();
    for (var script : scripts) {
      var outcome = script.directory().readExit().orElseThrow().outcome();
      assertThat(outcome)
          .isInstanceOfSatisfying(
              Outcome.Cancelled.class,
              cancelled -> assertThat(cancelled.by()).isEqualTo("the service has stopped"));
      assertThat(Marks.living(script)).isEmpty();
    }
    assertThat(keeper.socket()).doesNotExist();
  }

  @Test
  void a_keeper_without_server_and_runs_ends_by_itself_and_not_before() throws Exception {
    var process = keeperThatIsIdleFor(2);
    while (process.isAlive() && !Files.exists(keeper.socket())) {
      Thread.yield();
    }
    var script = keeper.script("echo on; exec >&- 2>&-; sleep 4; exit 2");
    try (var server = keeper.connect()) {
      server.send(script.start());
      server.awaitOutput(script, 3);
    }
    assertThat(process.waitFor()).isZero();
    assertThat(script.directory().readExit().orElseThrow().outcome())
        .isEqualTo(new Outcome.Ended(new ProcessEnd.Exited(2)));
    assertThat(keeper.socket()).doesNotExist();
    try (var server = keeper.connect()) {
      server.send(script.start());
      assertThat(server.awaitExit(script).outcome())
          .isEqualTo(new Outcome.Ended(new ProcessEnd.Exited(2)));
    }
  }

  @Test
  void two_keepers_never_serve_the_same_folders() throws Exception {
    try (var server = keeper.connect()) {
      var second = keeperThatIsIdleFor(60);
      var said = new String(second.getInputStream().readAllBytes(), UTF_8);
      assertThat(second.waitFor()).isEqualTo(Main.TAKEN);
      assertThat(said).contains("another keeper serves " + keeper.dataDir());
      assertThat(server.run(keeper.script("true")).outcome())
          .isEqualTo(new Outcome.Ended(new ProcessEnd.Exited(0)));
    }
  }

  @Test
  void a_keeper_that_cannot_start_says_why() throws Exception {
    Files.writeString(folder.resolve("file"), "");
    var launcher = new KeeperLauncher(keeper.dataDir(), folder.resolve("file"), 1, 1024);
    assertThatThrownBy(() -> launcher.connect(new Heard(), () -> false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the keeper did not start; its log ends with:")
        .hasMessageContaining("file");
  }

  @Test
  void who_is_stopped_waits_no_longer_for_a_keeper_that_does_not_answer() throws Exception {
    var folderOfKeeper = Files.createDirectories(keeper.dataDir().resolve("keeper"));
    var log = folderOfKeeper.resolve("keeper.log");
    var launcher = new KeeperLauncher(keeper.dataDir(), keeper.runDir(), 1, 1024);
    try (var lock = FileChannel.open(folderOfKeeper.resolve("lock"), CREATE, WRITE)) {
      lock.lock();
      assertThatThrownBy(() -> launcher.connect(new Heard(), () -> saysThatItIsTaken(log)))
          .isInstanceOf(InterruptedIOException.class);
      assertThatThrownBy(() -> launcher.await(new Heard(), () -> true))
          .isInstanceOf(InterruptedIOException.class);
    }
  }

  private static boolean saysThatItIsTaken(Path log) {
    try {
      return Files.readString(log).contains("another keeper serves");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private Process keeperThatIsIdleFor(int seconds) throws Exception {
    var jar = KeeperJar.in(keeper.dataDir().resolve("keeper"));
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var process =
        new ProcessBuilder(
                java,
                "-XX:+UseSerialGC",
                "-jar",
                jar.toString(),
                "--data-dir",
                keeper.dataDir().toString(),
                "--run-dir",
                keeper.runDir().toString(),
                "--idle-seconds",
                Integer.toString(seconds))
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    return process;
  }
}
