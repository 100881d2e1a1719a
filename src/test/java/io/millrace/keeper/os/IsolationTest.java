package io.millrace.keeper.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IsolationTest {
  private static final String SLEEP = "sleep " + Grove.SIGN;
  private static final Optional<Isolation> ISOLATION = Isolation.detect();
  private Grove grove = null;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(ISOLATION.isPresent(), "this machine allows no PID namespace");
    grove = new Grove(Optional.empty());
  }

  @AfterEach
  void stop() {
    if (grove != null) {
      var survivors = Grove.survivors();
      var orphans = grove.processes.orphans();
      Grove.until(
          () -> {
            orphans.refresh();
            return orphans.killStrangers(_ -> false) == 0;
          });
      grove.close();
      assertThat(survivors).isEmpty();
    }
  }

  private static Wrapping isolated(Optional<User> user) {
    return new Wrapping(
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalLong.empty(),
        user,
        Optional.empty(),
        ISOLATION);
  }

  @ParameterizedTest
  @CsvSource({
    "exit 0, exited with code 0",
    "exit 137, exited with code 137",
    "kill -9 $$, killed by SIGKILL",
    "kill -SEGV $$, killed by SIGSEGV",
    "kill $$, killed by SIGTERM",
    "exec false, exited with code 1",
    "kill -9 1; kill 1; kill -HUP 1; sleep 0.1; exit 5, exited with code 5"
  })
  void the_end_is_told_exactly(String script, String end) throws IOException {
    var planted = grove.plant(script, isolated(Optional.empty()));

    assertThat(grove.awaitMain(planted).describe()).isEqualTo(end);
    Grove.until(() -> planted.tree().leftBehind() == 0);
    grove.fell(planted);
  }

  @Test
  void a_script_sees_only_itself_and_keeps_directory_streams_and_environment() throws IOException {
    var script = "pwd; ls /proc/$$/fd; :; all=$(ps -e -o comm=); echo \"$all\" | sort -u; id -u";
    var bash = List.of("/bin/bash", "-c", script);
    var env = List.of("/usr/bin/env");
    var wrapping = isolated(Optional.empty());

    assertThat(Bash.run(wrapping, bash, "/usr/lib", Bash.ENVIRONMENT).stdout())
        .isEqualTo("/usr/lib\n0\n1\n2\nbash\nps\n" + User.effectiveUid() + "\n");
    assertThat(Bash.run(wrapping, env, "/", List.of("A=1", "PATH=/bin")).stdout())
        .isEqualTo("A=1\nPATH=/bin\n");
  }

  @Test
  void another_user_can_be_isolated_by_root() throws IOException {
    assumeTrue(User.effectiveUid() == 0, "only root can change the user");
    var wrapping = isolated(User.named("nobody"));

    var command = List.of("/bin/bash", "-c", "id -u; kill -9 $$");
    var result = Bash.run(wrapping, command, "/", Bash.ENVIRONMENT);
    assertThat(result.stdout()).isEqualTo("65534\n");
    assertThat(result.ended().describe()).isEqualTo("killed by SIGKILL");
  }

  @Test
  void a_stop_signal_goes_to_the_script_and_its_own_end_is_reported() throws IOException {
    var script = "trap 'echo bye; exit 3' TERM; " + SLEEP + " & echo up; wait; wait";
    var planted = grove.plant(script, isolated(Optional.empty()));
    Bash.readUntil(planted.output(), new StringBuilder(), text -> text.contains("up"));

    assertThat(planted.tree().signal(Signal.TERM)).isEqualTo(2);
    assertThat(grove.awaitMain(planted).describe()).isEqualTo("exited with code 3");
    Grove.until(() -> planted.tree().leftBehind() == 0);
    grove.fell(planted);
  }

  @Test
  void a_script_that_stopped_itself_goes_on_and_its_end_is_reported() throws IOException {
    var planted = grove.plant("echo up; kill -STOP $$; exit 6", isolated(Optional.empty()));
    Bash.readUntil(planted.output(), new StringBuilder(), text -> text.contains("up"));
    Grove.until(
        () -> {
          planted.tree().signal(Signal.CONT);
          return PidFd.hasEnded(planted.main().pidfd());
        });

    assertThat(grove.awaitMain(planted).describe()).isEqualTo("exited with code 6");
    grove.fell(planted);
  }

  @Test
  void what_it_leaves_behind_is_found_and_ended() throws IOException {
    for (int i = 0; i < Integer.getInteger("millrace.escapes", 20) / 4; i++) {
      var planted = grove.plant("((setsid " + SLEEP + " &)&)", isolated(Optional.empty()));
      grove.awaitMain(planted);
      assertThat(planted.tree().leftBehind()).isPositive();
      Grove.until(
          () -> {
            planted.tree().signal(Signal.TERM);
            return planted.tree().leftBehind() == 0;
          });
      grove.fell(planted);
    }
  }

  @Test
  void a_script_is_ended_with_its_namespace_however_early() throws IOException {
    for (int i = 0; i < Integer.getInteger("millrace.escapes", 20); i++) {
      var planted = grove.plant(SLEEP, isolated(Optional.empty()));
      if (i % 2 == 0) {
        Grove.until(() -> !Grove.survivors().isEmpty());
      }
      planted.tree().kill();
      assertThat(grove.awaitMain(planted).describe()).isEqualTo("killed by SIGKILL");
      grove.fell(planted);
    }
  }
}
