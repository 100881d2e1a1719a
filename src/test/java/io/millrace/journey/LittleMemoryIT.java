package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.Api;
import io.millrace.testing.Many;
import io.millrace.testing.MillraceProcess;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What is together larger than the memory of the service, which is that of every service.
class LittleMemoryIT {
  private static final int SCRIPT_BYTES = (10 << 20) - 1000;

  private static MillraceProcess service;

  @BeforeAll
  static void start() {
    service = MillraceProcess.start();
  }

  @AfterAll
  static void close() {
    service.close();
  }

  @AfterEach
  void neverWithoutMemory() {
    assertThat(service.log()).doesNotContain("OutOfMemoryError");
  }

  @Test
  void many_long_scripts_are_taken_at_once() {
    var script = padded("echo $0 | wc -c\n");
    var answers = Many.atOnce(24, each -> submit(service.api(), script));
    assertThat(answers).doesNotContain("");
    for (var id : answers) {
      assertThat(service.api().awaitEnd(id).getString("status")).isEqualTo("succeeded");
    }
  }

  @Test
  void many_who_repeat_a_long_script_are_answered_at_once() {
    var script = padded("true\n");
    var answers = Many.atOnce(16, each -> repeat(service.api(), script));
    assertThat(answers).doesNotContain("").hasSize(16);
    assertThat(Set.copyOf(answers)).hasSize(1);
  }

  @Test
  void many_long_scripts_run_at_once_and_are_taken_over_by_the_next_server() {
    List<String> ids = new ArrayList<>();
    var script = padded("trap 'echo stopped; exit 3' TERM; sleep 1000 & wait\n");
    for (int i = 0; i < 20; i++) {
      ids.add(submit(service.api(), script));
    }
    assertThat(ids).doesNotContain("");
    service.kill();
    service.restart();
    for (var id : ids) {
      await().until(() -> service.api().find(id).getValue("startedAt") != null);
      assertThat(service.api().find(id).getString("script")).hasSize(SCRIPT_BYTES);
    }
    ids.forEach(service.api()::cancel);
    for (var id : ids) {
      assertThat(service.api().awaitEnd(id).getString("status")).isEqualTo("cancelled");
    }
  }

  @Test
  void many_runs_write_much_at_once() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      ids.add(
          service.api().submit("sleep 3; head -c 10000000 /dev/zero | tr '\\0' x; sleep 3; echo"));
    }
    for (var id : ids) {
      var output = service.api().awaitEnd(id).getJsonObject("output");
      assertThat(output.getLong("bytes")).isEqualTo(10_000_001);
      assertThat(output.getLong("truncatedBytes")).isZero();
    }
  }

  private static byte[] padded(String script) {
    var padding = "#" + "x".repeat(SCRIPT_BYTES - script.length() - 1);
    return (script + padding).getBytes(StandardCharsets.UTF_8);
  }

  /// The id, or nothing if it was refused.
  private static String submit(Api api, byte[] script) {
    return id(api.send(request(api, script)));
  }

  /// With one key for all.
  private static String repeat(Api api, byte[] script) {
    return id(api.send(request(api, script).header("Idempotency-Key", "one")));
  }

  private static HttpRequest.Builder request(Api api, byte[] script) {
    return api.request("/api/v1/runs")
        .header("Content-Type", "text/x-shellscript")
        .POST(BodyPublishers.ofByteArray(script));
  }

  private static String id(HttpResponse<?> answer) {
    return answer.statusCode() < 300
        ? answer.headers().firstValue("Location").orElseThrow().replaceFirst(".*/", "")
        : "";
  }
}
