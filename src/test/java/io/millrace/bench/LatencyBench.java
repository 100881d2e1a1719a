package io.millrace.bench;

import io.millrace.testing.MillraceProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// How long a person waits: from the submission to the first byte at the WebSocket, and from a
/// cancel to its SIGTERM, when the service is idle. The floor: a write that is forced to the disk,
/// and a shell that says `x`.
@Tag("bench")
class LatencyBench {
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 300);
  private static final String TRAP = "trap 'echo got; exit' TERM; echo ready; sleep 9 & wait";

  private final List<Double> accepted = new ArrayList<>();
  private final List<Double> opened = new ArrayList<>();
  private final List<Double> firstBytes = new ArrayList<>();
  private final List<Double> cancels = new ArrayList<>();

  @Test
  void an_idle_service_answers_at_once() throws Exception {
    try (var service = MillraceProcess.start();
        var client = new RawClient(service.address(), service.token())) {
      print("floor: forced write of 8 KiB", forcedWrites(service.dataDir()));
      print("floor: bash -c 'echo x'", shells());
      firstBytes(service, client);
      List.of(accepted, opened, firstBytes).forEach(List::clear);
      firstBytes(service, client);
      cancels(service, client);
      print("submission to its 201", accepted);
      print("submission to the WebSocket's 101", opened);
      print("submission to the first byte at the WebSocket", firstBytes);
      print("cancel to the script's answer to SIGTERM", cancels);
    }
  }

  private void firstBytes(MillraceProcess service, RawClient client) throws IOException {
    var request = client.submission("echo x");
    for (int i = 0; i < ROUNDS; i++) {
      long begun = System.nanoTime();
      var id = id(client.send(request));
      accepted.add(millis(begun));
      try (var viewer = new RawStream(service.address(), service.token(), id)) {
        opened.add(millis(begun));
        viewer.await("\"type\":\"output\"");
        firstBytes.add(millis(begun));
        viewer.await("\"type\":\"end\"");
      }
    }
  }

  /// The script's own trap tells that the signal has come.
  private void cancels(MillraceProcess service, RawClient client) throws IOException {
    var request = client.submission(TRAP);
    for (int i = 0; i < ROUNDS; i++) {
      var id = id(client.send(request));
      try (var viewer = new RawStream(service.address(), service.token(), id)) {
        viewer.await("ready");
        long begun = System.nanoTime();
        client.send(
            client.request("POST", "/api/v1/runs/" + id + "/cancel", "application/json", ""));
        viewer.await("got");
        cancels.add(millis(begun));
        viewer.await("\"type\":\"end\"");
      }
    }
  }

  private static List<Double> forcedWrites(Path folder) throws IOException {
    var millis = new ArrayList<Double>();
    try (var file =
        FileChannel.open(
            folder.resolve("forced"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE)) {
      file.write(ByteBuffer.allocate(8192 * ROUNDS), 0);
      file.force(true);
      for (int i = 0; i < ROUNDS; i++) {
        long begun = System.nanoTime();
        file.write(ByteBuffer.allocate(8192), 8192L * i);
        file.force(false);
        millis.add(millis(begun));
      }
    }
    return millis;
  }

  private static List<Double> shells() throws Exception {
    var millis = new ArrayList<Double>();
    for (int i = 0; i < ROUNDS; i++) {
      long begun = System.nanoTime();
      var shell = new ProcessBuilder("bash", "-c", "echo x").start();
      if (shell.getInputStream().read() != 'x') {
        throw new IOException("no x");
      }
      millis.add(millis(begun));
      shell.waitFor();
    }
    return millis;
  }

  private static String id(String answer) {
    return new JsonObject(answer).getString("id");
  }

  private static double millis(long begunNanos) {
    return (System.nanoTime() - begunNanos) / 1e6;
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
