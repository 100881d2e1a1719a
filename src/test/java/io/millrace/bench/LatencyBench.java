package io.millrace.bench;

import io.millrace.testing.MillraceProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// How long a person waits: from the submission to the first byte at the WebSocket, and from a
/// cancel to its SIGTERM, when the service is idle: between two wishes is a pause, in which it does
/// what is left of the one before. The floor: a write that is forced to the disk, a shell that says
/// `x`, and a shell whose trap is called.
@Tag("bench")
class LatencyBench {
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 500);
  private static final long PAUSE_MILLIS = 40;

  /// Tells when the signal has come, by the clock that this process has as well.
  private static final String TRAP =
      "LC_ALL=C; trap 'echo got $EPOCHREALTIME; exit' TERM; echo ready; sleep 9 & wait";

  private static final Pattern TRAPPED = Pattern.compile("got (\\d+)\\.(\\d{6})");

  private final List<Double> accepted = new ArrayList<>();
  private final List<Double> opened = new ArrayList<>();
  private final List<Double> firstBytes = new ArrayList<>();
  private final List<Double> signals = new ArrayList<>();
  private final List<Double> cancels = new ArrayList<>();

  @Test
  void an_idle_service_answers_at_once() throws Exception {
    print("floor: forced write of 8 KiB", forcedWrites(Path.of("target")));
    print("floor: bash -c 'echo x'", shells());
    print("floor: kill -TERM to bash's trap", traps());
    try (var service = MillraceProcess.start();
        var client = new RawClient(service.address(), service.token())) {
      firstBytes(service, client);
      List.of(accepted, opened, firstBytes).forEach(List::clear);
      firstBytes(service, client);
      cancels(service, client);
      List.of(signals, cancels).forEach(List::clear);
      cancels(service, client);
      print("submission to its 201", accepted);
      print("submission to the WebSocket's 101", opened);
      print("submission to the first byte at the WebSocket", firstBytes);
      print("cancel to SIGTERM, as the script's trap has it", signals);
      print("cancel to the script's answer at the WebSocket", cancels);
    }
  }

  private void firstBytes(MillraceProcess service, RawClient client) throws Exception {
    var request = client.submission("echo x");
    for (int i = 0; i < ROUNDS; i++) {
      pause();
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

  private void cancels(MillraceProcess service, RawClient client) throws Exception {
    var request = client.submission(TRAP);
    for (int i = 0; i < ROUNDS; i++) {
      var id = id(client.send(request));
      try (var viewer = new RawStream(service.address(), service.token(), id)) {
        viewer.await("ready");
        pause();
        long begun = System.nanoTime();
        long begunMicros = nowMicros();
        client.send(
            client.request("POST", "/api/v1/runs/" + id + "/cancel", "application/json", ""));
        var answer = viewer.await("got");
        cancels.add(millis(begun));
        signals.add((trappedMicros(answer) - begunMicros) / 1e3);
        viewer.await("\"type\":\"end\"");
      }
    }
  }

  /// What a person needs to look and to decide.
  private static void pause() {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS);
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static List<Double> traps() throws Exception {
    var millis = new ArrayList<Double>();
    for (int i = 0; i < ROUNDS; i++) {
      var shell = new ProcessBuilder("bash", "-c", TRAP).start();
      var said = shell.inputReader();
      said.readLine();
      pause();
      long begunMicros = nowMicros();
      shell.toHandle().destroy();
      millis.add((trappedMicros(said.readLine()) - begunMicros) / 1e3);
      shell.waitFor();
    }
    return millis;
  }

  private static long trappedMicros(String answer) {
    var trapped = TRAPPED.matcher(answer);
    if (!trapped.find()) {
      throw new AssertionError("no time of the trap in: " + answer);
    }
    return Long.parseLong(trapped.group(1) + trapped.group(2));
  }

  private static long nowMicros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
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
