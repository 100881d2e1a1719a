package io.millrace.bench;

import io.millrace.testing.Api;
import io.millrace.testing.Many;
import io.millrace.testing.MillraceProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Durable trivial scripts for each second, 64 clients, fsync on, against `xargs -P 8 bash -c
/// true`.
@Tag("bench")
class ThroughputBench {
  private static final int RUNS = Integer.getInteger("bench.runs", 10_000);
  private static final int WARM_UP = Integer.getInteger("bench.warmup", 40_000);
  private static final int CLIENTS = 64;
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);

  @Test
  void durable_trivial_scripts_per_second() throws Exception {
    try (var service = MillraceProcess.start()) {
      runs(service, WARM_UP);
      for (int round = 0; round < ROUNDS; round++) {
        double floor = floor(RUNS);
        var before = CpuTimes.of(service);
        double ours = runs(service, RUNS);
        var used = CpuTimes.of(service).minus(before);
        System.out.printf(
            Locale.ROOT,
            "floor %.0f/s  millrace %.0f/s  ratio %.2f  CPU ms/run: scripts %.2f, server %.3f,"
                + " keeper %.3f, postgres %.3f%n",
            floor,
            ours,
            ours / floor,
            used.scripts() / RUNS,
            used.server() / RUNS,
            used.keeper() / RUNS,
            used.postgres() / RUNS);
      }
    }
  }

  private static double floor(int count) throws Exception {
    var command = "seq " + count + " | xargs -P 8 -I{} bash -c true";
    long begun = System.nanoTime();
    new ProcessBuilder("bash", "-c", command).inheritIO().start().waitFor();
    return count / seconds(begun);
  }

  /// Submits and waits until every run has ended.
  private static double runs(MillraceProcess service, int count) {
    var left = new AtomicInteger(count);
    long begun = System.nanoTime();
    var last = Many.atOnce(CLIENTS, client -> submitAll(service, left));
    last.stream().filter(id -> !id.isEmpty()).forEach(service.api()::awaitEnd);
    while (unfinished(service.api())) {
      Thread.onSpinWait();
    }
    return count / seconds(begun);
  }

  /// Submits until there are enough, and returns the last run's id.
  private static String submitAll(MillraceProcess service, AtomicInteger left) {
    try (var client = new RawClient(service.address(), service.token())) {
      var request = client.submission("true");
      var answer = "";
      while (left.getAndDecrement() > 0) {
        answer = client.send(request);
      }
      return answer.isEmpty() ? "" : new JsonObject(answer).getString("id");
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  private static boolean unfinished(Api api) {
    var page = api.get("/api/v1/runs?status=running&status=queued&limit=1");
    return !new JsonObject(Api.text(page)).getJsonArray("items").isEmpty();
  }

  private static double seconds(long begunNanos) {
    return (System.nanoTime() - begunNanos) / (double) TimeUnit.SECONDS.toNanos(1);
  }
}
