package io.millrace.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.keeper.os.User;
import io.millrace.run.Outcome;
import io.millrace.run.ProcessEnd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeeperServersTest {
  private static final int MANY = 10_000;
  private static final Outcome SUCCESS = new Outcome.Ended(new ProcessEnd.Exited(0));
  private Path folder;
  private TestKeeper keeper;
  private long epoch = 100;

  @BeforeAll
  void open(@TempDir Path given) throws Exception {
    folder = given;
    keeper = new TestKeeper(folder);
    keeper.connect(epoch).close();
  }

  @AfterAll
  void end() throws Exception {
    keeper.close();
  }

  @Test
  void a_server_is_told_who_the_keeper_is() throws Exception {
    try (var server = keeper.connect(++epoch)) {
      var welcome = server.heard().await(News.Welcome.class, news -> true);
      var process = ProcessHandle.of(welcome.pid()).orElseThrow();
      assertThat(process.info().commandLine().orElseThrow()).contains(Main.class.getName());
      assertThat(welcome.bootId())
          .isEqualTo(Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip());
      assertThat(welcome.version()).isEqualTo(Wire.VERSION);
      assertThat(welcome.startTicks()).isPositive();
    }
  }

  @Test
  void the_server_of_a_later_life_supersedes_the_one_before() throws Exception {
    try (var first = new RawServer(keeper)) {
      first.send(new Command.Hello(Wire.VERSION, ++epoch));
      first.listen(News.Welcome.class);
      try (var second = keeper.connect(++epoch)) {
        assertThat(first.listenToTheEnd()).isZero();
        var script = keeper.script("echo never");
        sayInVain(first, script.start());
        assertThat(second.survey(1)).doesNotContain(script.name());
        assertThat(second.run(keeper.script("true")).outcome()).isEqualTo(SUCCESS);
      }
    }
  }

  @Test
  void the_server_of_an_earlier_life_is_turned_away_with_all_that_it_says() throws Exception {
    var script = keeper.script("echo never");
    try (var server = keeper.connect(++epoch);
        var late = new RawServer(keeper)) {
      late.send(new Command.Hello(Wire.VERSION, epoch - 1), script.start(), new Command.Survey(1));
      assertThat(late.listenToTheEnd()).isZero();
      assertThat(server.survey(1)).doesNotContain(script.name());
      assertThat(server.run(keeper.script("true")).outcome()).isEqualTo(SUCCESS);
    }
  }

  @Test
  void a_server_that_does_not_greet_is_turned_away() throws Exception {
    var script = keeper.script("echo never");
    try (var server = keeper.connect(++epoch);
        var rude = new RawServer(keeper)) {
      rude.send(script.start());
      assertThat(rude.listenToTheEnd()).isZero();
      assertThat(server.survey(1)).doesNotContain(script.name());
    }
  }

  @Test
  void garbage_ends_the_connection_and_nothing_else() throws Exception {
    try (var server = keeper.connect(++epoch)) {
      for (var garbage : List.of("ffffffff", "00000000", "00000001ff00000002", "0000000101")) {
        try (var raw = new RawServer(keeper)) {
          raw.write(HexFormat.of().parseHex(garbage + "0000000000"));
          if (!garbage.startsWith("00000001ff")) {
            assertThat(raw.listenToTheEnd()).isZero();
          }
        }
      }
      assertThat(server.run(keeper.script("true")).outcome()).isEqualTo(SUCCESS);
    }
  }

  @Test
  void frames_are_understood_that_come_byte_by_byte() throws Exception {
    var script = keeper.script("true");
    try (var server = new RawServer(keeper)) {
      var frames =
          List.of(Wire.frame(new Command.Hello(Wire.VERSION, ++epoch)), Wire.frame(script.start()));
      for (byte piece : Frames.join(frames)) {
        server.write(new byte[] {piece});
      }
      assertThat(server.listenToExit(script)).hasAtLeastOneElementOfType(News.Started.class);
      server.send(script.forget());
    }
  }

  @Test
  void what_runs_and_what_ended_is_told_again_until_it_is_forgotten() throws Exception {
    var living = keeper.script("echo on; read -r line");
    var ended = keeper.script("exit 9");
    try (var server = keeper.connect(++epoch)) {
      server.send(living.start(StdinMode.PIPE));
      server.awaitOutput(living, 3);
      server.run(ended);
    }
    try (var server = keeper.connect(++epoch)) {
      server.awaitStarted(living);
      server.awaitOutput(living, 3);
      assertThat(server.awaitExit(ended).outcome())
          .isEqualTo(new Outcome.Ended(new ProcessEnd.Exited(9)));
      assertThat(server.survey(1)).contains(living.name(), ended.name());
      server.send(ended.forget());
      server.send(new Command.Input(1, living.run(), 1, new byte[0], true));
    }
    try (var server = keeper.connect(++epoch)) {
      server.awaitExit(living);
      assertThat(server.survey(1)).contains(living.name()).doesNotContain(ended.name());
      assertThat(server.heard().all(News.Exited.class))
          .noneMatch(exited -> exited.record().run().equals(ended.run()));
      server.send(living.forget());
    }
  }

  @Test
  void what_is_stopped_before_its_turn_never_starts() throws Exception {
    try (var server = new RawServer(keeper)) {
      var script = keeper.script("echo never");
      server.send(
          new Command.Hello(Wire.VERSION, ++epoch), script.start(), script.stop("changed my mind"));
      var heard = server.listen(News.Stopping.class);
      assertThat(heard).contains(new News.Stopping(script.run(), 1, true));
      assertThat(heard)
          .filteredOn(News.Exited.class::isInstance)
          .map(news -> ((News.Exited) news).record())
          .filteredOn(record -> record.run().equals(script.run()))
          .singleElement()
          .satisfies(
              record -> {
                assertThat(record.outcome())
                    .isEqualTo(new Outcome.Cancelled("changed my mind", Optional.empty()));
                assertThat(record.startedAt()).isEmpty();
              });
      assertThat(script.directory().readStarted()).isEmpty();
      assertThat(keeper.output(script)).isEmpty();
      server.send(script.start());
      assertThat(server.listenToExit(script)).noneMatch(News.Started.class::isInstance);
      server.send(script.forget());
    }
  }

  @Test
  void a_server_that_does_not_read_is_cut_off_and_the_scripts_go_on() throws Exception {
    var script = keeper.script("echo on; read -r line");
    try (var deaf = new RawServer(keeper)) {
      deaf.send(new Command.Hello(Wire.VERSION, ++epoch), script.start(StdinMode.PIPE));
      deaf.listen(News.Started.class);
      for (int i = 0; i < 50; i++) {
        deaf.send(keeper.script("true").startOther("/no/such/program"));
      }
      // Each answer is much longer than its question: all that the keeper knows.
      var questions = Frames.join(Collections.nCopies(1000, Wire.frame(new Command.Survey(1))));
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < MANY; i++) {
                  deaf.write(questions);
                }
              })
          .isInstanceOf(IOException.class);
    }
    try (var server = keeper.connect(++epoch)) {
      server.awaitStarted(script);
      server.send(new Command.Input(1, script.run(), 1, new byte[0], true));
      server.awaitExit(script);
      for (var name : server.survey(1)) {
        server.send(new Command.Forget(name.run(), name.attempt()));
      }
      assertThat(server.survey(2)).isEmpty();
    }
  }

  @Test
  void another_user_is_turned_away_even_when_the_files_let_it_in() throws Exception {
    assumeTrue(User.effectiveUid() == 0, "only root can become another user");
    var classes = Files.createDirectories(folder.resolve("classes/io/millrace/keeper"));
    try (var bytes = Objects.requireNonNull(Knock.class.getResourceAsStream("Knock.class"))) {
      Files.write(classes.resolve("Knock.class"), bytes.readAllBytes());
    }
    for (var path = keeper.socket(); !path.equals(folder.getParent()); path = path.getParent()) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
    try {
      assertThat(knock(0)).isEqualTo("welcome");
      assertThat(knock(65534)).isEqualTo("turned away");
    } finally {
      Files.setPosixFilePermissions(
          keeper.socket().getParent(), PosixFilePermissions.fromString("rwx------"));
    }
  }

  private String knock(int uid) throws Exception {
    var process =
        new ProcessBuilder(
                "setpriv",
                "--reuid=" + uid,
                "--regid=" + uid,
                "--clear-groups",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                folder.resolve("classes").toString(),
                Knock.class.getName(),
                keeper.socket().toString(),
                HexFormat.of().formatHex(Wire.frame(new Command.Hello(Wire.VERSION, ++epoch))))
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  private static void sayInVain(RawServer superseded, Command command) {
    try {
      superseded.send(command);
    } catch (IOException closed) {
      assertThat(closed).isNotNull();
    }
  }
}
