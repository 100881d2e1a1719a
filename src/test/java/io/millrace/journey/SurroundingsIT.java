package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Api;
import io.millrace.testing.MillraceProcess;
import io.millrace.testing.Niceness;
import io.millrace.testing.SharedMillrace;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What a script finds around itself, and what it must not find.
@ExtendWith(SharedMillrace.class)
class SurroundingsIT {

  @Test
  void the_environment_is_exactly_what_was_given_and_six_names_more(Api api) {
    var id =
        api.submit(
            new JsonObject()
                .put("script", "exec env -0")
                .put("env", new JsonObject().put("COLOUR", "blue\ngreen").put("LANG", "C")));
    api.awaitEnd(id);
    Map<String, String> found = new TreeMap<>();
    for (var entry : new String(api.output(id), StandardCharsets.UTF_8).split("\0")) {
      var parts = entry.split("=", 2);
      found.put(parts[0], parts[1]);
    }
    found.keySet().removeAll(java.util.Set.of("_", "PWD", "SHLVL", "OLDPWD"));
    assertThat(found)
        .containsOnlyKeys(
            "COLOUR", "PATH", "HOME", "USER", "LANG", "MILLRACE_RUN_ID", "MILLRACE_ATTEMPT")
        .containsEntry("COLOUR", "blue\ngreen")
        .containsEntry("LANG", "C")
        .containsEntry("MILLRACE_RUN_ID", id)
        .containsEntry("MILLRACE_ATTEMPT", "1");
  }

  @Test
  void no_descriptor_above_2_is_inherited(Api api) {
    assertThat(output(api, "ls /proc/$$/fd").split("\n")).contains("0", "1", "2").hasSize(4);
  }

  @Test
  void stdin_is_empty_unless_asked_for(Api api) {
    assertThat(output(api, "readlink /proc/self/fd/0; cat")).isEqualTo("/dev/null\n");
  }

  @Test
  void stdin_can_be_given_as_a_whole(Api api) {
    var id = api.submit(new JsonObject().put("script", "cat").put("stdin", "one\ntwo"));
    api.awaitEnd(id);
    assertThat(new String(api.output(id), StandardCharsets.UTF_8)).isEqualTo("one\ntwo");
  }

  @Test
  void signals_have_their_default_meaning_and_files_the_usual_mask(Api api) {
    assertThat(output(api, "grep -E '^Sig(Ign|Blk)' /proc/self/status; umask"))
        .isEqualTo("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n0022\n");
  }

  @Test
  void a_script_has_the_limits_that_the_service_was_started_with(MillraceProcess service, Api api)
      throws Exception {
    var ours = new ProcessBuilder("bash", "-c", "ulimit -Sn").start();
    var expected = new String(ours.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(service.log()).isNotNull();
    var softLimitOfThisJvm = expected;
    assertThat(output(api, "ulimit -Sn")).isEqualTo(softLimitOfThisJvm);
  }

  @Test
  void arguments_arrive_as_they_are(Api api) {
    var id =
        api.submit(
            new JsonObject()
                .put("script", "printf '<%s>' \"$@\"")
                .put("args", new io.vertx.core.json.JsonArray(Arrays.asList("a b", "", "$x"))));
    api.awaitEnd(id);
    assertThat(new String(api.output(id), StandardCharsets.UTF_8)).isEqualTo("<a b><><$x>");
  }

  @Test
  void umask_nice_and_open_files_are_as_asked(Api api) {
    var id =
        api.submit(
            new JsonObject()
                .put("script", "umask; nice; ulimit -n")
                .put("umask", "027")
                .put("nice", 5)
                .put("limits", new JsonObject().put("openFiles", 99)));
    api.awaitEnd(id);
    assertThat(new String(api.output(id), StandardCharsets.UTF_8))
        .isEqualTo("0027\n%d\n99\n".formatted(Niceness.OWN + 5));
  }

  private static String output(Api api, String script) {
    var id = api.submit(script);
    assertThat(api.awaitEnd(id).getString("status")).isEqualTo("succeeded");
    return new String(api.output(id), StandardCharsets.UTF_8);
  }
}
