package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Api;
import io.millrace.testing.MillraceProcess;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The packaged service, started by somebody who is not root, as most are.
class OrdinaryUserIT {
  private static final int ROOT = 0;
  private static final int NOBODY = 65534;
  private static MillraceProcess service;
  private static Api api;

  @BeforeAll
  static void start() {
    int me = Math.toIntExact(new com.sun.security.auth.module.UnixSystem().getUid());
    service = MillraceProcess.startAs(me == ROOT ? NOBODY : me);
    api = service.api();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void a_script_runs_as_the_user_of_the_service() {
    var run = api.awaitEnd(api.submit("id -u; echo $HOME >&2; exit 3"));
    assertThat(run.getInteger("exitCode")).isEqualTo(3);
    assertThat(api.find(run.getString("id")).getString("status")).isEqualTo("failed");
  }

  @Test
  void neither_the_server_nor_the_keeper_can_be_read_by_a_script() {
    var script =
        """
        for process in %d %d; do
          for secret in environ mem maps auxv; do
            if (: <"/proc/$process/$secret") 2>/dev/null && head -c 1 "/proc/$process/$secret" >/dev/null 2>&1; then
              echo "$process $secret can be read"
            fi
          done
          if ls "/proc/$process/fd" >/dev/null 2>&1; then echo "$process fd can be listed"; fi
        done
        grep -lsa '%s' /proc/[0-9]*/environ
        env | grep -a '%s'
        echo done
        """
            .formatted(
                service.pid(),
                service.keeper().pid(),
                MillraceProcess.SECRET,
                MillraceProcess.SECRET);
    assertThat(outputOf(script)).isEqualTo("done\n");
  }

  @Test
  void a_stop_reaches_what_tried_to_get_away() {
    var script =
        """
        (setsid sleep 1000.5 & ) ; (env -i setsid nohup sleep 1000.5 >/dev/null 2>&1 &); trap '' TERM; sleep 1000.5 & wait; wait
        """;
    var id = api.submit(new JsonObject().put("script", script).put("graceSeconds", 0.2));
    org.awaitility.Awaitility.await().until(() -> sleepers() == 3);
    api.cancel(id);
    assertThat(api.awaitEnd(id).getString("status")).isEqualTo("cancelled");
    org.awaitility.Awaitility.await().until(() -> sleepers() == 0);
  }

  @Test
  void another_user_is_refused_with_the_reason() {
    var answer = api.post("/api/v1/runs", new JsonObject().put("script", "id").put("user", "root"));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Api.text(answer)).contains("\"user\"").contains("root");
  }

  @Test
  void more_open_files_than_the_hard_limit_are_refused() {
    var limits = new JsonObject().put("openFiles", 100_000_000);
    var answer =
        api.post("/api/v1/runs", new JsonObject().put("script", "id").put("limits", limits));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Api.text(answer)).contains("limits.openFiles", "at most");
  }

  private static String outputOf(String script) {
    var id = api.submit(script);
    api.awaitEnd(id);
    return new String(api.output(id), java.nio.charset.StandardCharsets.UTF_8);
  }

  private static long sleepers() {
    return ProcessHandle.allProcesses()
        .filter(
            process ->
                process
                    .info()
                    .arguments()
                    .map(List::of)
                    .filter(List.of("1000.5")::equals)
                    .isPresent())
        .count();
  }
}
