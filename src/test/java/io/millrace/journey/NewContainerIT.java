package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.MillraceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A container that was killed and started again: same machine, same data, but server and keeper
/// are gone, and the run directory in memory is a new one.
class NewContainerIT {

  @Test
  void what_ran_is_lost_and_not_run_a_second_time(@TempDir Path folder) throws Exception {
    var trace = folder.resolve("trace");
    try (var service = MillraceProcess.start()) {
      var run = service.api().submit("echo started >> %s; sleep 60".formatted(trace));
      await().until(() -> Files.exists(trace));
      service.kill();
      service.killKeeper();
      empty(service.runDir());
      service.restart();
      var end = service.api().awaitEnd(run);
      assertThat(end.getString("status")).isEqualTo("lost");
      assertThat(end.getString("reason")).contains("container restarted");
      assertThat(Files.readString(trace)).isEqualTo("started\n");
      var next = service.api().awaitEnd(service.api().submit("echo again"));
      assertThat(next.getString("status")).isEqualTo("succeeded");
    }
  }

  @Test
  void what_of_its_output_lay_on_the_disk_is_kept_and_the_rest_told_as_a_gap() throws Exception {
    try (var service = MillraceProcess.start()) {
      var api = service.api();
      var run = api.submit("head -c 300000 /dev/zero | tr '\\0' x; echo; sleep 60");
      await().until(() -> api.find(run).getJsonObject("output").getLong("bytes") == 300_001);
      service.kill();
      service.killKeeper();
      empty(service.runDir());
      service.restart();
      var end = service.api().awaitEnd(run);
      assertThat(end.getString("status")).isEqualTo("lost");
      var output = end.getJsonObject("output");
      assertThat(output.getLong("bytes")).isEqualTo(300_001);
      long kept = 300_001 - output.getLong("truncatedBytes");
      assertThat(kept).isGreaterThan(200_000);
      assertThat(service.api().output(run)).hasSize((int) kept).endsWith((byte) 'x', (byte) '\n');
    }
  }

  private static void empty(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
        if (!path.equals(folder)) {
          Files.delete(path);
        }
      }
    }
  }
}
