package io.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Many;
import io.millrace.testing.MillraceProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A thousand scripts that sleep for 5 seconds, at once: how long they take, and what the service
/// needs meanwhile.
@Tag("bench")
class SleepersBench {
  private static final int RUNS = 1000;
  private static final int CLIENTS = 64;

  @Test
  void a_thousand_sleepers_end_within_5_s_and_twice_the_time_to_spawn_them() throws Exception {
    try (var service = MillraceProcess.start()) {
      sleepers(service);
      double floor = floor();
      long keeperIdle = residentKib(service.keeper().pid());
      var result = sleepers(service);
      System.out.printf(
          Locale.ROOT,
          "1000 x sleep 5: %.2f s, bound 5 s + 2 x %.2f s; RSS server %d MB, keeper %d MB (idle %d"
              + " MB, %.1f KB per run)%n",
          result.seconds(),
          floor,
          result.serverKib() / 1024,
          result.keeperKib() / 1024,
          keeperIdle / 1024,
          (result.keeperKib() - keeperIdle) / (double) RUNS);
      assertThat(result.seconds()).isLessThan(5 + 2 * floor);
      assertThat(result.serverKib() + result.keeperKib()).isLessThan(500 << 10);
    }
  }

  private record Result(double seconds, long serverKib, long keeperKib) {}

  private static Result sleepers(MillraceProcess service) throws IOException {
    long begun = System.nanoTime();
    var left = new AtomicInteger(RUNS);
    var ids =
        Many.atOnce(CLIENTS, client -> submit(service, left)).stream()
            .flatMap(List::stream)
            .toList();
    long server = residentKib(service.pid());
    long keeper = residentKib(service.keeper().pid());
    var api = service.api();
    var last = ids.stream().max(Comparator.naturalOrder()).orElseThrow();
    api.awaitEnd(last);
    double seconds = seconds(begun);
    assertThat(ids.stream().map(api::awaitEnd).map(run -> run.getString("status")))
        .containsOnly("succeeded");
    return new Result(seconds, server, keeper);
  }

  private static List<String> submit(MillraceProcess service, AtomicInteger left) {
    var ids = new ArrayList<String>();
    try (var client = new RawClient(service.address(), service.token())) {
      var request = client.submission("sleep 5");
      while (left.getAndDecrement() > 0) {
        ids.add(new JsonObject(client.send(request)).getString("id"));
      }
      return ids;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Seconds that a shell needs to start as many, beyond the 5 that they sleep.
  private static double floor() throws Exception {
    long begun = System.nanoTime();
    var script = "for ((i = 0; i < " + RUNS + "; i++)); do bash -c 'sleep 5; :' & done; wait";
    new ProcessBuilder("bash", "-c", script).inheritIO().start().waitFor();
    return seconds(begun) - 5;
  }

  private static long residentKib(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  private static double seconds(long begunNanos) {
    return (System.nanoTime() - begunNanos) / (double) TimeUnit.SECONDS.toNanos(1);
  }
}
