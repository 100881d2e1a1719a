package io.millrace.bench;

import io.millrace.testing.MillraceProcess;
import io.millrace.testing.Viewer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// How long a person waits: from the submission to the first byte at the WebSocket, and from a
/// cancel to its SIGTERM.
@Tag("bench")
class LatencyBench {
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 300);

  @Test
  void an_idle_service_answers_at_once() throws Exception {
    try (var service = MillraceProcess.start();
        var client = new RawClient(service.address(), service.token())) {
      firstBytes(service, client, 200);
      print("submit to first byte at the WebSocket", firstBytes(service, client, ROUNDS));
      print("cancel to SIGTERM in the script", cancels(service, client, ROUNDS / 3));
    }
  }

  private static List<Double> firstBytes(MillraceProcess service, RawClient client, int rounds)
      throws IOException {
    var request = client.submission("echo x");
    var millis = new ArrayList<Double>();
    for (int i = 0; i < rounds; i++) {
      long begun = System.nanoTime();
      var id = new JsonObject(client.send(request)).getString("id");
      try (var viewer = Viewer.open(service, id, 0)) {
        viewer.awaitFrame(frame -> "output".equals(frame.getString("type")));
        millis.add((System.nanoTime() - begun) / 1e6);
        viewer.awaitEnd();
      }
    }
    return millis;
  }

  /// The script's own trap tells that the signal has come.
  private static List<Double> cancels(MillraceProcess service, RawClient client, int rounds)
      throws IOException {
    var request =
        client.submission(
            "trap 'echo got; exit' TERM; echo ready; while :; do read -t 9 < <(:); sleep 9 & wait;"
                + " done");
    var millis = new ArrayList<Double>();
    for (int i = 0; i < rounds; i++) {
      var id = new JsonObject(client.send(request)).getString("id");
      try (var viewer = Viewer.open(service, id, 0)) {
        viewer.awaitFrame(frame -> text(frame).contains("ready"));
        long begun = System.nanoTime();
        service.api().cancel(id);
        viewer.awaitFrame(frame -> text(frame).contains("got"));
        millis.add((System.nanoTime() - begun) / 1e6);
        viewer.awaitEnd();
      }
    }
    return millis;
  }

  private static String text(JsonObject frame) {
    return frame.getString("data", "");
  }

  private static void print(String what, List<Double> millis) {
    Collections.sort(millis);
    System.out.printf(
        Locale.ROOT,
        "%s: p50 %.1f ms, p99 %.1f ms%n",
        what,
        millis.get(millis.size() / 2),
        millis.get(millis.size() * 99 / 100));
  }
}
