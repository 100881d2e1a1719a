package io.millrace.bench;

import static org.awaitility.Awaitility.await;

import io.millrace.testing.Api;
import io.millrace.testing.MillraceProcess;
import io.millrace.testing.StreamSocket;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What a hundred viewers who have stopped reading do to the run they watch.
@Tag("bench")
class StalledViewersBench {
  private static final int VIEWERS = 100;
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);

  /// Waits for its viewers, writes so much that those who do not read are full, waits again, then
  /// writes and tells how long that took: the pace that the keeper sets.
  private static final String SCRIPT =
      "say() { head -c $1 /dev/zero | tr '\\0' 'x' | fold -w 99; };"
          + " read -r; say 4000000; read -r; begin=$EPOCHREALTIME; say 200000000;"
          + " end=$EPOCHREALTIME; echo; echo $begin $end";

  @Test
  void a_run_that_nobody_reads_is_as_fast_as_one_that_nobody_watches() throws Exception {
    try (var service = MillraceProcess.start()) {
      seconds(service, 0);
      for (int round = 0; round < ROUNDS; round++) {
        double alone = seconds(service, 0);
        double watched = seconds(service, VIEWERS);
        System.out.printf(
            Locale.ROOT,
            "200 MB in lines: unwatched %.2f s, with %d stalled viewers %.2f s (ratio %.2f)%n",
            alone,
            VIEWERS,
            watched,
            watched / alone);
      }
    }
  }

  private static double seconds(MillraceProcess service, int viewers) {
    var api = service.api();
    var id = api.submit(new JsonObject().put("script", SCRIPT).put("stdin", true));
    List<StreamSocket> sockets = new ArrayList<>();
    for (int i = 0; i < viewers; i++) {
      URI stream = service.address().resolve("/api/v1/runs/" + id + "/stream");
      sockets.add(
          StreamSocket.open(stream, service.token(), false, text -> {}, (code, reason) -> {}));
    }
    goOn(api, id);
    await().until(() -> api.find(id).getJsonObject("output").getLong("bytes") >= 4_000_000);
    awaitQuiet(service);
    goOn(api, id);
    var run = api.awaitEnd(id);
    sockets.forEach(StreamSocket::close);
    var tail = Api.text(api.get("/api/v1/runs/" + id + "/output?tail=60")).strip();
    var times = tail.substring(tail.lastIndexOf('\n') + 1).split(" ");
    api.delete("/api/v1/runs/" + run.getString("id"));
    return Double.parseDouble(times[1]) - Double.parseDouble(times[0]);
  }

  private static void goOn(Api api, String id) {
    while (api.find(id).getString("status").equals("queued")) {
      Thread.onSpinWait();
    }
    api.send(api.request("/api/v1/runs/" + id + "/input").POST(BodyPublishers.ofString("\n")));
  }

  /// Until all have been sent what fits: the server has nothing to do any more.
  private static void awaitQuiet(MillraceProcess service) {
    await()
        .during(Duration.ofMillis(500))
        .until(() -> CpuTimes.of(service).server(), new Unchanged()::test);
  }

  /// Whether a figure is (nearly) what it was at the last look.
  private static final class Unchanged {
    private static final double FEW_MILLIS = 20;
    private double last = -FEW_MILLIS;

    boolean test(double now) {
      boolean unchanged = now - last <= FEW_MILLIS;
      last = now;
      return unchanged;
    }
  }
}
