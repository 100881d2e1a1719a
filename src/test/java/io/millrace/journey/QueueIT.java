package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Api;
import io.millrace.testing.MillraceProcess;
import io.millrace.testing.Viewer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who starts when, on a service with one slot.
class QueueIT {
  private static MillraceProcess service;
  private static Api api;

  @BeforeAll
  static void start() {
    service = MillraceProcess.start("--max-running=1", "--max-queued=6");
    api = service.api();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void higher_priority_starts_first_and_equals_start_in_order(@TempDir Path folder)
      throws Exception {
    var blocker = blocker(folder);
    var note = folder.resolve("note");
    var low = submit("echo low >> " + note, -1);
    var first = submit("echo first >> " + note, 0);
    var second = submit("echo second >> " + note, 0);
    var high = submit("echo high >> " + note, 5);
    assertThat(api.find(high).getJsonObject("queue").getLong("position")).isEqualTo(1);
    assertThat(api.find(low).getJsonObject("queue").getLong("position")).isEqualTo(4);
    assertThat(api.find(low).getJsonObject("queue").getString("reason"))
        .isEqualTo("all 1 slots of this node are busy");
    release(folder);
    for (var id : java.util.List.of(blocker, low, first, second, high)) {
      api.awaitEnd(id);
    }
    assertThat(Files.readAllLines(note)).containsExactly("high", "first", "second", "low");
  }

  @Test
  void a_cancelled_queued_run_never_starts(@TempDir Path folder) throws Exception {
    var blocker = blocker(folder);
    var trace = folder.resolve("trace");
    var id = api.submit("touch " + trace);
    assertThat(api.cancel(id).statusCode()).isEqualTo(202);
    assertThat(api.awaitEnd(id).getString("status")).isEqualTo("cancelled");
    assertThat(api.cancel(id).statusCode()).isEqualTo(409);
    release(folder);
    api.awaitEnd(blocker);
    assertThat(api.awaitEnd(api.submit("true")).getString("status")).isEqualTo("succeeded");
    assertThat(trace).doesNotExist();
  }

  @Test
  void who_watches_a_queued_run_is_told_where_it_stands(@TempDir Path folder) throws Exception {
    var blocker = blocker(folder);
    var id = api.submit("echo at last");
    try (var viewer = Viewer.open(service, id, 0)) {
      var waits = viewer.awaitFrame(frame -> frame.getString("type").equals("status"));
      assertThat(waits.getJsonObject("run").getJsonObject("queue").getLong("position"))
          .isEqualTo(1);
      release(folder);
      assertThat(viewer.awaitEnd().containsKey("queue")).isFalse();
      assertThat(viewer.text()).isEqualTo("at last\n");
    }
    api.awaitEnd(blocker);
  }

  @Test
  void a_full_queue_answers_429_and_takes_again_later(@TempDir Path folder) throws Exception {
    var blocker = blocker(folder);
    var waiting = new java.util.ArrayList<String>();
    for (int i = 0; i < 6; i++) {
      waiting.add(api.submit("true"));
    }
    var refused = api.post("/api/v1/runs", new JsonObject().put("script", "true"));
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    release(folder);
    api.awaitEnd(blocker);
    waiting.forEach(api::awaitEnd);
    api.awaitEnd(api.submit("true"));
  }

  @Test
  void a_run_for_later_does_not_start_before_its_time() {
    var at = Instant.now().plusMillis(700);
    var id = api.submit(new JsonObject().put("script", "true").put("runAt", at.toString()));
    var run = api.awaitEnd(id);
    assertThat(Instant.parse(run.getString("startedAt"))).isAfterOrEqualTo(at.minusMillis(1));
  }

  /// Takes the one slot until [#release].
  private static String blocker(Path folder) throws Exception {
    var gate = folder.resolve("gate");
    new ProcessBuilder("mkfifo", gate.toString()).start().waitFor();
    return api.submit("read line < " + gate);
  }

  private static void release(Path folder) throws Exception {
    Files.writeString(folder.resolve("gate"), "go\n");
  }

  private static String submit(String script, int priority) {
    return api.submit(new JsonObject().put("script", script).put("priority", priority));
  }
}
