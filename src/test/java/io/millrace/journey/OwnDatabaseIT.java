package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.MillraceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The PostgreSQL that Millrace brings, killed under it.
class OwnDatabaseIT {

  @Test
  void it_is_started_again_and_runs_do_not_notice() throws IOException {
    try (var service = MillraceProcess.start()) {
      var api = service.api();
      var gate = service.runDir().resolve("gate");
      var run = api.submit("while [ ! -e %s ]; do sleep 0.05; done; exit 6".formatted(gate));
      await().until(() -> api.find(run).getValue("startedAt") != null);
      long postgres = postmaster(service);
      ProcessHandle.of(postgres).orElseThrow().destroyForcibly();
      Files.createFile(gate);
      assertThat(
              await()
                  .atMost(Duration.ofMinutes(1))
                  .ignoreExceptionsMatching(AssertionError.class::isInstance)
                  .until(() -> api.awaitEnd(run), end -> true)
                  .getInteger("exitCode"))
          .isEqualTo(6);
      assertThat(postmaster(service)).isNotEqualTo(postgres);
      assertThat(api.awaitEnd(api.submit("exit 3")).getInteger("exitCode")).isEqualTo(3);
    }
  }

  private static long postmaster(MillraceProcess service) throws IOException {
    var file = service.dataDir().resolve("postgres/cluster/postmaster.pid");
    return Long.parseLong(Files.readAllLines(file).getFirst());
  }
}
