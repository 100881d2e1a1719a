package io.millrace.bench;

import io.millrace.testing.Api;
import io.millrace.testing.MillraceProcess;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// One script that writes 1 GB, against `bash script | cat > file`. Each begins when the disk has
/// what the one before wrote.
@Tag("bench")
class OutputBench {
  private static final String SCRIPT = "head -c 1000000000 /dev/zero";
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);

  @Test
  void one_script_writes_a_gigabyte() throws Exception {
    try (var service = MillraceProcess.start()) {
      ours(service.api(), "64M");
      for (int round = 0; round < ROUNDS; round++) {
        double floor = floor();
        double limited = ours(service.api(), "64M");
        double everything = ours(service.api(), "2G");
        System.out.printf(
            Locale.ROOT,
            "1 GB: floor %.2f s, default limit %.2f s (ratio %.2f), everything kept %.2f s (ratio"
                + " %.2f)%n",
            floor,
            limited,
            floor / limited,
            everything,
            floor / everything);
      }
    }
  }

  private static double floor() throws Exception {
    var script = Files.writeString(Files.createTempFile("floor", ".sh"), SCRIPT);
    var target = Path.of(script + ".out");
    settle();
    var begun = Instant.now();
    new ProcessBuilder("bash", "-c", "bash " + script + " | cat > " + target).start().waitFor();
    double seconds = Duration.between(begun, Instant.now()).toNanos() / 1e9;
    Files.delete(target);
    Files.delete(script);
    return seconds;
  }

  /// How long the script itself took: a slow reader of its pipe makes it slow.
  private static double ours(Api api, String limit) throws Exception {
    settle();
    var id =
        api.submit(
            new JsonObject()
                .put("script", SCRIPT)
                .put("limits", new JsonObject().put("output", limit)));
    var run = api.awaitEnd(id);
    var started = Instant.parse(run.getString("startedAt"));
    double seconds =
        Duration.between(started, Instant.parse(run.getString("finishedAt"))).toNanos() / 1e9;
    api.delete("/api/v1/runs/" + id);
    return seconds;
  }

  private static void settle() throws Exception {
    new ProcessBuilder("sync").start().waitFor();
  }
}
