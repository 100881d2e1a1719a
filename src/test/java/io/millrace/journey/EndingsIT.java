package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Api;
import io.millrace.testing.SharedMillrace;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How a script ended is told exactly.
@ExtendWith(SharedMillrace.class)
class EndingsIT {

  @ParameterizedTest
  @CsvSource({
    "exit 0, succeeded, 0, , exited with code 0",
    "exit 3, failed, 3, , exited with code 3",
    "exit 137, failed, 137, , exited with code 137",
    "kill -9 $$, failed, , SIGKILL, killed by SIGKILL",
    "kill -SEGV $$, failed, , SIGSEGV, killed by SIGSEGV",
    "kill -TERM $$, failed, , SIGTERM, killed by SIGTERM",
    "exec false, failed, 1, , exited with code 1",
    "nosuchcommand, failed, 127, , exited with code 127",
  })
  void code_and_signal_are_those_of_the_main_process(
      String script, String status, Integer code, String signal, String reason, Api api) {
    var run = api.awaitEnd(api.submit(script));
    assertThat(run.getString("status")).isEqualTo(status);
    assertThat(run.getInteger("exitCode")).isEqualTo(code);
    assertThat(run.getString("signal")).isEqualTo(signal);
    assertThat(run.getString("reason")).isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "exit 3, 3, ",
    "exit 137, 137, ",
    "kill -9 $$, , SIGKILL",
    "kill -SEGV $$, , SIGSEGV"
  })
  void the_same_holds_in_a_pid_namespace(String script, Integer code, String signal, Api api) {
    var answer =
        api.post("/api/v1/runs", new JsonObject().put("script", script).put("isolate", true));
    if (answer.statusCode() == 400) {
      assertThat(Api.text(answer)).contains("isolate");
      return;
    }
    var run = api.awaitEnd(new JsonObject(Api.text(answer)).getString("id"));
    assertThat(run.getInteger("exitCode")).isEqualTo(code);
    assertThat(run.getString("signal")).isEqualTo(signal);
  }

  @Test
  void a_missing_interpreter_is_a_start_error(Api api) {
    var run = api.awaitEnd(api.submit("#!/no/such/program\necho hello\n"));
    assertThat(run.getString("status")).isEqualTo("failed");
    assertThat(run.getString("startError")).contains("/no/such/program");
  }

  @Test
  void a_background_child_that_keeps_stdout_open_does_not_hold_the_run(Api api) {
    var run = api.awaitEnd(api.submit("sleep 1000 & echo done"));
    assertThat(run.getString("status")).isEqualTo("succeeded");
    assertThat(new String(api.output(run.getString("id")), StandardCharsets.UTF_8))
        .isEqualTo("done\n");
  }

  @Test
  void a_timeout_ends_the_run_and_keeps_its_output(Api api) {
    var run =
        api.awaitEnd(
            api.submit(
                new JsonObject()
                    .put("script", "echo begun; sleep 1000")
                    .put("timeoutSeconds", 0.3)
                    .put("graceSeconds", 1)));
    assertThat(run.getString("status")).isEqualTo("timed_out");
    assertThat(run.getString("signal")).isEqualTo("SIGTERM");
    assertThat(run.getJsonObject("output").getString("tail")).isEqualTo("begun\n");
  }

  @Test
  void a_script_that_ignores_sigterm_is_killed_after_its_grace(Api api) {
    var run =
        api.awaitEnd(
            api.submit(
                new JsonObject()
                    .put("script", "trap '' TERM; while :; do sleep 0.05; done")
                    .put("timeoutSeconds", 0.3)
                    .put("graceSeconds", 0.3)));
    assertThat(run.getString("status")).isEqualTo("timed_out");
    assertThat(run.getString("signal")).isEqualTo("SIGKILL");
  }

  @Test
  void a_failed_run_with_retry_is_one_run_with_three_attempts(Api api) {
    var run =
        api.awaitEnd(
            api.submit(
                new JsonObject()
                    .put("script", "echo $MILLRACE_ATTEMPT; test $MILLRACE_ATTEMPT = 3")
                    .put("retry", new JsonObject().put("attempts", 5).put("delaySeconds", 0))));
    assertThat(run.getString("status")).isEqualTo("succeeded");
    assertThat(run.getInteger("attempt")).isEqualTo(3);
    var attempts = run.getJsonArray("attempts");
    assertThat(attempts).hasSize(3);
    assertThat(List.of(0, 1, 2))
        .allSatisfy(i -> assertThat(attempts.getJsonObject(i).getLong("offset")).isEqualTo(2L * i));
    assertThat(new String(api.output(run.getString("id")), StandardCharsets.UTF_8))
        .isEqualTo("1\n2\n3\n");
  }

  @Test
  void cpu_time_and_memory_are_told(Api api) {
    var run = api.awaitEnd(api.submit("for ((i=0;i<200000;i++)); do :; done"));
    assertThat(run.getJsonObject("usage").getDouble("cpuSeconds")).isPositive();
    assertThat(run.getJsonObject("usage").getLong("maxMemoryBytes")).isGreaterThan(1 << 20);
  }
}
