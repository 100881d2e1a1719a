package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.Api;
import io.millrace.testing.MillraceProcess;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What those see who run the service: its log, and its health until it has stopped.
class OperatorIT {
  private static MillraceProcess service;

  @BeforeAll
  static void start() {
    service = MillraceProcess.start("--log-format=json", "--log-level=info", "--shutdown-grace=60");
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void a_log_in_json_has_one_object_on_each_line() {
    var api = service.api();
    var id = api.submit("exit 3");
    api.awaitEnd(id);
    await().until(() -> service.log().contains(id));
    var end = service.log().lines().map(JsonObject::new).filter(line -> tells(line, id)).toList();
    assertThat(end).hasSize(1);
    assertThat(end.getFirst().getString("message"))
        .isEqualTo("run %s: failed (exited with code 3)".formatted(id));
    assertThat(end.getFirst().getString("level")).isEqualTo("INFO");
    assertThat(Instant.parse(end.getFirst().getString("at"))).isBefore(Instant.now());
    assertThat(service.log()).doesNotContain(service.token());
  }

  @Test
  void while_it_drains_it_is_live_but_not_ready(@TempDir Path folder) throws Exception {
    var api = service.api();
    assertThat(api.get("/health/ready").statusCode()).isEqualTo(200);
    var gate = Files.createFile(folder.resolve("gate"));
    var run = api.submit("while [ -e %s ]; do sleep 0.05; done".formatted(gate));
    await().until(() -> api.find(run).getValue("startedAt") != null);
    service.signal("INT");
    await().until(() -> api.get("/health/ready").statusCode() == 503);
    assertThat(Api.text(api.get("/health/ready"))).contains("service: it is stopping");
    assertThat(api.get("/health/live").statusCode()).isEqualTo(200);
    Files.delete(gate);
    service.interrupt();
    service.restart();
    assertThat(service.api().find(run).getString("status")).isEqualTo("succeeded");
  }

  private static boolean tells(JsonObject line, String id) {
    return line.getString("message").startsWith("run " + id);
  }
}
