package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.Api;
import io.millrace.testing.Exposition;
import io.millrace.testing.MillraceProcess;
import io.millrace.testing.Selector;
import io.millrace.testing.SharedMillrace;
import io.millrace.testing.Viewer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.yaml.snakeyaml.Yaml;

/// What Prometheus finds, and what it is asked in the files that come with Millrace.
@ExtendWith(SharedMillrace.class)
class MetricsIT {
  private static final Path DASHBOARD = Path.of("docker/grafana-dashboard.json");
  private static final Path RULES = Path.of("docker/prometheus-rules.yaml");

  @Test
  void runs_are_counted_by_how_they_ended(Api api) {
    var before = Exposition.of(api);
    api.awaitEnd(api.submit("exit 0"));
    api.awaitEnd(api.submit("exit 3"));
    api.awaitEnd(api.submit("exit 4"));
    var slow = new JsonObject().put("script", "sleep 60").put("timeoutSeconds", 0.1);
    api.awaitEnd(api.submit(slow));
    var later = new JsonObject().put("script", "exit 0").put("runAt", "2999-01-01T00:00:00Z");
    api.cancel(api.submit(later));
    await()
        .untilAsserted(
            () -> {
              var now = Exposition.of(api);
              assertThat(ended(now, "succeeded") - ended(before, "succeeded")).isEqualTo(1);
              assertThat(ended(now, "failed") - ended(before, "failed")).isEqualTo(2);
              assertThat(ended(now, "timed_out") - ended(before, "timed_out")).isEqualTo(1);
              assertThat(ended(now, "cancelled") - ended(before, "cancelled")).isEqualTo(1);
              assertThat(rise("millrace_runs_submitted_total", before, now)).isEqualTo(5);
              assertThat(rise("millrace_spawn_seconds_count", before, now)).isEqualTo(4);
              assertThat(rise("millrace_commit_seconds_count", before, now)).isEqualTo(5);
              assertThat(rise("millrace_flush_seconds_count", before, now)).isBetween(1.0, 4.0);
            });
  }

  @Test
  void bytes_are_counted_while_a_run_writes_them(Api api) {
    var before = Exposition.of(api);
    var run = api.submit("head -c 100000 /dev/zero; sleep 60");
    await()
        .untilAsserted(
            () ->
                assertThat(rise("millrace_output_bytes_total", before, Exposition.of(api)))
                    .isEqualTo(100_000));
    assertThat(Exposition.of(api).value("millrace_slots_taken")).isEqualTo(1);
    api.cancel(run);
    api.awaitEnd(run);
    assertThat(rise("millrace_output_bytes_total", before, Exposition.of(api))).isEqualTo(100_000);
  }

  @Test
  void a_viewer_counts_while_it_watches(MillraceProcess service, Api api) {
    var run = api.submit("sleep 60");
    try (var viewer = Viewer.open(service, run, 0)) {
      await().untilAsserted(() -> assertThat(viewers(api)).isEqualTo(1));
    }
    await().untilAsserted(() -> assertThat(viewers(api)).isZero());
    api.cancel(run);
    api.awaitEnd(run);
  }

  @Test
  void what_is_no_http_or_breaks_off_is_not_active_for_ever(MillraceProcess service, Api api)
      throws IOException {
    var head = "POST /api/v1/runs HTTP/1.1\r\nHost: localhost\r\n";
    var known =
        head
            + "Authorization: Bearer %s\r\nContent-Type: application/json\r\n"
                .formatted(service.token());
    var attempts =
        List.of(
            "\u0016\u0003\u0001garbage\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: loc",
            head + "Content-Length: 100\r\n\r\nhalf",
            known + "Content-Length: 100\r\n\r\nhalf",
            known + "Transfer-Encoding: chunked\r\n\r\nzz\r\n");
    for (int i = 0; i < 50; i++) {
      try (var socket = new Socket("127.0.0.1", service.address().getPort())) {
        socket
            .getOutputStream()
            .write(attempts.get(i % attempts.size()).getBytes(StandardCharsets.ISO_8859_1));
        if (i % 2 == 0) {
          socket.setSoLinger(true, 0);
        }
      }
    }
    // The one that asks is one itself.
    await()
        .untilAsserted(
            () ->
                assertThat(Exposition.of(api).value("millrace_http_server_active_requests"))
                    .isEqualTo(1));
  }

  @Test
  void no_label_takes_its_values_from_clients(MillraceProcess service, Api api) {
    for (int i = 0; i < 30; i++) {
      api.send(api.request("/no/such/path/" + i).GET());
      api.send(api.request("/api/v1/runs").method("STRANGE" + i, BodyPublishers.noBody()));
      api.get("/api/v1/runs?name=n" + i);
    }
    var run = new JsonObject().put("script", "echo x").put("labels", new JsonObject().put("k", 1));
    api.post("/api/v1/runs", run.put("name", "a name of its own"));
    var series = Exposition.of(api).samples();
    var values =
        series.stream()
            .flatMap(sample -> sample.labels().values().stream())
            .collect(Collectors.toSet());
    assertThat(values).noneMatch(value -> value.matches(".*(STRANGE|such|n1|own).*"));
    assertThat(series).hasSizeLessThan(600);
    assertThat(service.log()).doesNotContain("already registered");
  }

  @Test
  void the_keeper_and_the_database_are_up_and_the_jvm_is_there(Api api) {
    var now = Exposition.of(api);
    assertThat(now.value("millrace_keeper_up")).isEqualTo(1);
    assertThat(now.value("millrace_database_up")).isEqualTo(1);
    assertThat(now.value("millrace_slots")).isEqualTo(1000);
    assertThat(now.value("millrace_disk_free_bytes", "directory=\"data\"")).isPositive();
    assertThat(now.find(sample -> sample.name().startsWith("jvm_"))).isNotEmpty();
  }

  @Test
  void every_query_of_the_dashboard_finds_data(Api api) throws IOException {
    var panels = new JsonObject(Files.readString(DASHBOARD)).getJsonArray("panels");
    var queries = new ArrayList<String>();
    for (int i = 0; i < panels.size(); i++) {
      var targets = panels.getJsonObject(i).getJsonArray("targets");
      targets.forEach(target -> queries.add(((JsonObject) target).getString("expr")));
    }
    assertThat(queries).hasSizeGreaterThan(20);
    assertThatAllFindData(queries, api);
  }

  @Test
  void every_query_of_the_alerts_finds_data(Api api) throws IOException {
    Map<String, List<Map<String, List<Map<String, String>>>>> file =
        new Yaml().load(Files.readString(RULES));
    var queries =
        file.get("groups").stream()
            .flatMap(group -> group.get("rules").stream())
            .map(rule -> rule.get("expr").replace("up{job=\"millrace\"}", "millrace_build_info"))
            .toList();
    assertThat(queries).hasSizeGreaterThan(10);
    assertThatAllFindData(queries, api);
  }

  private static void assertThatAllFindData(List<String> queries, Api api) {
    var answer = Exposition.of(api);
    for (var query : queries) {
      assertThat(Selector.in(query))
          .as(query)
          .isNotEmpty()
          .allSatisfy(selector -> assertThat(selector.finds(answer)).as("%s", selector).isTrue());
    }
  }

  private static double ended(Exposition answer, String status) {
    return answer.value("millrace_runs_ended_total", "status=\"" + status + "\"");
  }

  private static double rise(String name, Exposition before, Exposition now) {
    return now.value(name) - before.value(name);
  }

  private static double viewers(Api api) {
    return Exposition.of(api).value("millrace_stream_viewers", "stream=\"run\"");
  }
}
