package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.Compose;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// The image and the compose file, from an empty Docker to a container that was killed.
///
/// Builds the image, which takes minutes: only with `-Dmillrace.compose=true`, as on GitHub.
@EnabledIfSystemProperty(named = "millrace.compose", matches = "true")
class ComposeIT {
  private static Compose compose;

  @BeforeAll
  static void up() {
    compose = Compose.up();
  }

  @AfterAll
  static void down() {
    if (compose != null) {
      compose.close();
    }
  }

  @Test
  void a_script_is_nobody_special_under_an_init_process_and_sees_no_setting_of_the_service() {
    var api = compose.api();
    var id = api.submit("id -u; cat /proc/1/comm; echo; env; cat /proc/$PPID/environ");
    api.awaitEnd(id);
    var output = new String(api.output(id), StandardCharsets.UTF_8);
    assertThat(output).startsWith("10001\ntini\n").doesNotContainIgnoringCase("password");
    assertThat(output).doesNotContain("MILLRACE_DATABASE").contains("Permission denied");
  }

  @Test
  void a_stop_lets_scripts_end_and_the_history_is_there_after_the_next_start() {
    var id = compose.api().submit("for i in {1..3}; do echo line $i; sleep 1; done");
    await().until(() -> compose.api().find(id).getValue("startedAt") != null);
    compose.run("stop", "millrace");
    compose.run("start", "millrace");
    var run = compose.awaitReady().find(id);
    assertThat(run.getString("status")).isEqualTo("succeeded");
    assertThat(run.getString("node")).isEqualTo("millrace");
    assertThat(compose.api().output(id)).asString().isEqualTo("line 1\nline 2\nline 3\n");
  }

  @Test
  void what_ran_in_a_container_that_is_killed_and_made_anew_is_lost_and_what_had_ended_is_kept() {
    var ended = compose.api().submit("echo kept");
    compose.api().awaitEnd(ended);
    var id = compose.api().submit("sleep 600");
    await().until(() -> compose.api().find(id).getValue("startedAt") != null);
    compose.run("kill", "millrace");
    compose.run("rm", "-f", "millrace");
    compose.run("up", "-d");
    assertThat(compose.awaitReady().awaitEnd(id).getString("status")).isEqualTo("lost");
    assertThat(compose.api().output(ended)).asString().isEqualTo("kept\n");
  }
}
