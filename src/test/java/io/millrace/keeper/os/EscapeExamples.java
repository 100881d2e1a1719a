package io.millrace.keeper.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Nothing of a run outlives it. `-Dmillrace.escapes=300` tries each way that often.
abstract class EscapeExamples {
  private static final int TIMES = Integer.getInteger("millrace.escapes", 20);
  private static final String SLEEP = "sleep " + Grove.SIGN;
  private Grove grove = null;

  /// Ways to leave something behind when the script has ended by itself.
  static Stream<String> left_behind() {
    return Stream.of(
        SLEEP + " &",
        "((setsid " + SLEEP + " &)&)",
        "nohup " + SLEEP + " >/dev/null 2>&1 &",
        "setsid " + SLEEP + " &",
        "(" + SLEEP + " & exec setsid " + SLEEP + ") &",
        "env -i setsid " + SLEEP + " &",
        "trap '' TERM HUP INT; (trap '' TERM; while :; do " + SLEEP + "; done) &",
        "setsid bash -c 'exec -a "
            + Grove.SIGN
            + " bash -c \"trap : TERM; while :; do sleep 1; done\"' &");
  }

  /// What a hostile script puts in place of its mark.
  private static final long CHANGED_MARK = 123_456_789;

  @BeforeEach
  void start() throws IOException {
    grove = new Grove(cgroups());
  }

  @AfterEach
  void stop() {
    assertThat(Grove.survivors()).isEmpty();
    // Other tests of this JVM may have children too: they are theirs.
    grove.processes.orphans().refresh();
    grove.processes.orphans().killStrangers(mark -> mark != CHANGED_MARK);
    grove.close();
  }

  abstract Optional<Cgroups> cgroups();

  @ParameterizedTest
  @MethodSource("left_behind")
  void what_a_script_leaves_behind_is_found_and_ended(String script) throws IOException {
    for (int i = 0; i < TIMES; i++) {
      var planted = grove.plant(script);
      assertThat(grove.awaitMain(planted).describe()).isEqualTo("exited with code 0");
      assertThat(planted.tree().leftBehind()).isPositive();
      grove.fell(planted);
      assertThat(Grove.survivors()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("left_behind")
  void a_script_is_ended_with_all_it_started(String script) throws IOException {
    for (int i = 0; i < TIMES; i++) {
      var planted = grove.plant(script + "\n" + SLEEP);
      planted.tree().kill();
      assertThat(grove.awaitMain(planted).describe()).isEqualTo("killed by SIGKILL");
      grove.fell(planted);
      assertThat(Grove.survivors()).isEmpty();
    }
  }

  @Test
  void a_script_that_leaves_nothing_behind_is_seen_to_be_gone_at_once() throws IOException {
    for (int i = 0; i < TIMES; i++) {
      var planted = grove.plant("true | cat; (true &); x=$(date); wait");
      grove.awaitMain(planted);
      Grove.until(() -> planted.tree().leftBehind() == 0);
      grove.fell(planted);
    }
  }

  @Test
  void a_fork_storm_is_ended() throws IOException {
    var storm =
        "s() { sleep "
            + Grove.SIGN
            + " & (($1 < 9)) && { s $(($1 + 1)) & s $(($1 + 1)) & }; wait; }; s 0";
    for (int i = 0; i < Math.max(1, TIMES / 10); i++) {
      var planted = grove.plant(storm);
      Grove.until(() -> Grove.survivors().size() > 100);
      planted.tree().kill();
      grove.awaitMain(planted);
      grove.fell(planted);
      assertThat(Grove.survivors()).isEmpty();
    }
  }

  @Test
  void a_signal_reaches_every_process_once_and_stopped_ones_too() throws IOException {
    var planted =
        grove.plant(
            "trap 'echo parent; exit 7' TERM; (trap 'echo child; exit' TERM; echo up; while :; do"
                + " sleep 0.01; done) & setsid bash -c 'trap \"echo far; exit\" TERM; echo up; kill"
                + " -STOP $$; while :; do sleep 0.01; done' & while :; do sleep 0.01; done; : "
                + Grove.SIGN);
    var output = new StringBuilder();
    Bash.readUntil(planted.output(), output, text -> text.split("up").length > 2);
    planted.tree().signal(Signal.TERM);
    planted.tree().signal(Signal.CONT);
    assertThat(grove.awaitMain(planted).describe()).isEqualTo("exited with code 7");
    Bash.readUntil(
        planted.output(), output, text -> text.contains("far") && text.contains("child"));

    assertThat(output.toString().split("parent")).hasSize(2);
    Grove.until(() -> planted.tree().leftBehind() == 0);
    grove.fell(planted);
  }

  @Test
  void an_orphan_that_changed_its_mark_is_a_stranger_and_is_ended() throws IOException {
    var planted = grove.plant("(ulimit -SR " + CHANGED_MARK + "; setsid " + SLEEP + " &)");
    grove.awaitMain(planted);
    Grove.until(
        () -> {
          grove.processes.orphans().refreshThoroughly();
          // Other tests of this JVM may have orphans too, which are not to be harmed.
          grove.processes.orphans().killStrangers(mark -> mark != CHANGED_MARK);
          return Grove.survivors().isEmpty();
        });
    grove.fell(planted);
  }

  @Test
  void a_script_that_changed_its_own_mark_is_signalled_all_the_same() throws IOException {
    var planted = grove.plant("ulimit -SR 123456789; echo up; exec " + SLEEP);
    Bash.readUntil(planted.output(), new StringBuilder(), text -> text.contains("up"));
    Grove.until(() -> !Grove.survivors().isEmpty());
    assertThat(planted.tree().signal(Signal.TERM)).isEqualTo(1);
    assertThat(grove.awaitMain(planted).describe()).isEqualTo("killed by SIGTERM");
    grove.fell(planted);
  }

  @Test
  void processes_that_were_never_adopted_are_found_by_a_look_at_all() throws IOException {
    var planted = grove.plant("echo up; " + SLEEP + " | " + SLEEP + " | " + SLEEP);
    var asSeenByTheNext =
        new ProcessTree(grove.processes, planted.mark(), Optional.empty(), planted.cgroup(), false);
    Grove.until(() -> asSeenByTheNext.count() == 4);
    asSeenByTheNext.kill();
    Grove.until(() -> asSeenByTheNext.leftBehind() == 0);
    grove.awaitMain(planted);
    grove.fell(planted);
  }

  @Test
  void two_runs_do_not_touch_each_other() throws IOException {
    var first = grove.plant("setsid " + SLEEP + " &");
    var second = grove.plant("setsid " + SLEEP + " & wait");
    grove.awaitMain(first);
    grove.fell(first);

    assertThat(Grove.survivors()).isNotEmpty();
    second.tree().kill();
    grove.awaitMain(second);
    grove.fell(second);
  }
}
