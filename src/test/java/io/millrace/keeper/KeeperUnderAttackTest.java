package io.millrace.keeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.run.Outcome;
import io.millrace.run.ProcessEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What scripts of the keeper's own user can do to it, to its files and to its means.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class KeeperUnderAttackTest {
  private static final Outcome SUCCESS = new Outcome.Ended(new ProcessEnd.Exited(0));
  private static final String CONNECT =
      "import socket, sys, time\ns = socket.socket(socket.AF_UNIX)\ns.connect('%s')\n";
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
  void an_order_whose_directory_is_gone_is_refused_and_leaves_no_directory() throws Exception {
    try (var server = keeper.connect()) {
      var script = keeper.script("echo never");
      script.directory().delete();
      assertThat(server.run(script).outcome())
          .isEqualTo(new Outcome.NotStarted("its run directory or the script in it is gone"));
      assertThat(io.millrace.spool.RunDirectory.list(script.directory().roots())).isEmpty();
    }
  }

  @Test
  void an_order_that_comes_after_its_own_end_starts_nothing() throws Exception {
    try (var server = keeper.connect()) {
      var witness = folder.resolve("witness");
      var script = keeper.script("echo once >>" + witness);
      server.run(script);
      server.send(script.forget());
      script.directory().delete();
      script.directory().create(("echo twice >>" + witness).getBytes(UTF_8), Optional.empty());
      assertThat(server.survey(1)).isEmpty();
      int heard = server.heard().count();
      server.send(script.start());
      var again = server.heard().await(heard, News.Exited.class, news -> true).record();
      assertThat(again.outcome()).isInstanceOf(Outcome.Lost.class);
      assertThat(witness).hasContent("once");
    }
  }

  @Test
  void a_script_that_speaks_to_the_keeper_is_turned_away() throws Exception {
    try (var server = keeper.connect()) {
      var script =
          keeper.script(
              "exec python3 -c \"$(cat <<'E'\n"
                  + CONNECT.formatted(keeper.socket())
                  + "try:\n"
                  + " s.sendall(b'\\0\\0\\0\\x0d\\1' + b'\\0\\0\\0\\1' + b'\\x7f' + b'\\xff' * 7)\n"
                  + " sys.exit(len(s.recv(100)))\n"
                  + "except OSError: sys.exit(0)\n"
                  + "E\n"
                  + ")\"");
      assertThat(server.run(script).outcome()).isEqualTo(SUCCESS);
      assertThat(server.run(keeper.script("true")).outcome()).isEqualTo(SUCCESS);
      assertThat(server.heard().isClosed()).isFalse();
    }
    assertThat(Files.readString(keeper.dataDir().resolve("keeper/keeper.log")))
        .contains("turned away");
  }

  @Test
  void callers_that_never_greet_cost_nothing_and_keep_nobody_out() throws Exception {
    var callers = new ArrayList<RawServer>();
    try (var server = keeper.connect()) {
      for (int i = 0; i < 200; i++) {
        var caller = new RawServer(keeper);
        caller.write(new byte[] {0, 0});
        callers.add(caller);
      }
      assertThat(server.run(keeper.script("true")).outcome()).isEqualTo(SUCCESS);
      assertThat(callers.getFirst().listenToTheEnd()).isZero();
      try (var shouting = new RawServer(keeper)) {
        shouting.write(new byte[] {0, 1, 0, 0, 1});
        assertThat(shouting.listenToTheEnd()).isZero();
      }
    } finally {
      for (var caller : callers) {
        caller.close();
      }
    }
    try (var server = keeper.connect()) {
      assertThat(server.run(keeper.script("true")).outcome()).isEqualTo(SUCCESS);
    }
  }

  @Test
  void a_socket_that_was_removed_or_replaced_is_there_again_for_the_next_server() throws Exception {
    long first;
    try (var server = keeper.connect()) {
      first = keeper.pid();
      var script = keeper.script("rm -rf " + keeper.socket().getParent());
      assertThat(server.run(script).outcome()).isEqualTo(SUCCESS);
      await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(keeper.socket()));
    }
    try (var server = keeper.connect()) {
      assertThat(keeper.pid()).isEqualTo(first);
      var script =
          keeper.script(
              "cd %s && rm socket && exec python3 -c \"import socket; s ="
                      .formatted(keeper.socket().getParent())
                  + " socket.socket(socket.AF_UNIX); s.bind('socket'); s.listen()\"");
      assertThat(server.run(script).outcome()).isEqualTo(SUCCESS);
    }
    await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> keeper.connect().close());
    assertThat(keeper.pid()).isEqualTo(first);
  }

  @Test
  void folders_emptied_under_the_keeper_cost_what_was_in_them_and_nothing_else() throws Exception {
    try (var server = keeper.connect()) {
      var living = keeper.script("echo on; read -r line; echo off; exit 4");
      server.send(living.start(StdinMode.PIPE));
      server.awaitOutput(living, 3);
      var vandal = keeper.script("rm -rf " + keeper.runDir() + " " + keeper.dataDir() + "/runs");
      assertThat(server.run(vandal).outcome()).isEqualTo(SUCCESS);
      server.send(new Command.Input(1, living.run(), 1, "\n".getBytes(UTF_8), true));
      var record = server.awaitExit(living);
      assertThat(record.outcome()).isEqualTo(new Outcome.Ended(new ProcessEnd.Exited(4)));
      assertThat(record.counts().bytes()).isEqualTo(7);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> living.directory().roots().arePresent() && Files.exists(keeper.socket()));
      var next = keeper.script("echo again");
      assertThat(server.run(next).outcome()).isEqualTo(SUCCESS);
      assertThat(keeper.output(next)).isEqualTo("again\n");
    }
  }

  @Test
  void a_keeper_takes_over_whatever_became_of_the_files() throws Exception {
    var damages =
        List.of(
            "started=cut",
            "started=noise",
            "started=folder",
            "started=gone",
            "00000000000000000000.idx=noise",
            "00000000000000000000.out=cut",
            "exit=noise",
            "script=gone",
            "started=closed");
    var scripts = new ArrayList<Script>();
    try (var server = keeper.connect()) {
      for (int i = 0; i < damages.size(); i++) {
        scripts.add(keeper.script("echo on; exec sleep 1000"));
        server.send(scripts.getLast().start());
      }
      for (var script : scripts) {
        server.awaitOutput(script, 3);
      }
      keeper.kill();
    }
    for (int i = 0; i < damages.size(); i++) {
      var damage = damages.get(i).split("=");
      damage(keeper.runDir().resolve(scripts.get(i).name().toString()), damage[0], damage[1]);
    }
    try (var server = keeper.connect()) {
      for (int i = 0; i < damages.size(); i++) {
        var script = scripts.get(i);
        server.send(script.start());
        var outcome = server.awaitExit(script).outcome();
        assertThat(outcome).as(damages.get(i)).isInstanceOf(Outcome.Lost.class);
        assertThat(Marks.living(script)).as(damages.get(i)).isEmpty();
      }
      assertThat(server.awaitExit(scripts.getFirst()).outcome().toString()).contains("damaged");
      assertThat(server.awaitExit(scripts.get(6)).outcome().toString()).contains("damaged");
      assertThat(server.run(keeper.script("true")).outcome()).isEqualTo(SUCCESS);
    }
  }

  private static void damage(Path place, String name, String how) throws IOException {
    var file = place.resolve(name);
    switch (how) {
      case "cut" -> Files.write(file, new byte[] {0});
      case "noise" -> Files.write(file, new byte[777]);
      case "gone" -> Files.delete(file);
      case "closed" ->
          Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("---------"));
      case "folder" -> {
        Files.delete(file);
        Files.createDirectory(file);
      }
      default -> throw new IllegalArgumentException(how);
    }
  }

  @Test
  void without_descriptors_a_start_is_refused_and_later_ones_are_not() throws Exception {
    keeper.startBehind("prlimit", "--nofile=200:200");
    refusesSome("descriptors");
  }

  private static boolean isStartOrEnd(News news, Script script) {
    return switch (news) {
      case News.Started started -> started.run().equals(script.run());
      case News.Exited(var record) -> record.run().equals(script.run());
      default -> false;
    };
  }

  private void refusesSome(String why) throws Exception {
    try (var server = keeper.connect()) {
      var scripts = new ArrayList<Script>();
      for (int i = 0; i < 80; i++) {
        scripts.add(keeper.script("echo on; exec sleep 1000"));
        server.send(scripts.getLast().start());
      }
      int refused = 0;
      for (var script : scripts) {
        var news = server.heard().await(News.class, one -> isStartOrEnd(one, script));
        if (news instanceof News.Exited(var record)) {
          assertThat(record.outcome())
              .isInstanceOfSatisfying(
                  Outcome.NotStarted.class, not -> assertThat(not.reason()).contains(why));
          refused++;
        }
      }
      assertThat(refused).isBetween(1, 79);
      for (var script : scripts) {
        server.send(script.stop("enough"));
      }
      for (var script : scripts) {
        server.awaitExit(script);
        assertThat(Marks.living(script)).isEmpty();
      }
      assertThat(server.run(keeper.script("true")).outcome()).isEqualTo(SUCCESS);
    }
  }
}
