package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.MillraceProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server that was frozen wakes up when another one of its name has taken over its runs.
class FrozenServerIT {

  @Test
  void it_overwrites_nothing_and_ends_with_all_its_scripts(@TempDir Path folder) throws Exception {
    try (var postgres = OwnPostgres.start();
        var old = MillraceProcess.start(postgres.option(), "--node=one")) {
      var gate = folder.resolve("gate");
      var ending = old.api().submit("while [ ! -e %s ]; do sleep 0.05; done".formatted(gate));
      var endless = old.api().submit("echo $$ > %s/pid; exec sleep 600".formatted(folder));
      await().until(() -> old.api().find(ending).getValue("startedAt") != null);
      await().until(() -> Files.exists(folder.resolve("pid")));
      var keeper = old.keeper();
      old.signal("STOP");
      try (var fresh = MillraceProcess.start(postgres.option(), "--node=one")) {
        var api = fresh.api();
        assertThat(api.awaitEnd(ending).getString("status")).isEqualTo("lost");
        assertThat(api.awaitEnd(endless).getString("status")).isEqualTo("lost");
        Files.createFile(gate);
        old.signal("CONT");
        await().atMost(Duration.ofMinutes(1)).until(() -> !old.isAlive());
        await().atMost(Duration.ofMinutes(1)).until(() -> !keeper.isAlive());
        long pid = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
        assertThat(ProcessHandle.of(pid)).isEmpty();
        assertThat(api.find(ending).getString("status")).isEqualTo("lost");
        assertThat(api.find(endless).getString("status")).isEqualTo("lost");
        assertThat(api.awaitEnd(api.submit("exit 2")).getInteger("exitCode")).isEqualTo(2);
      }
    }
  }
}
