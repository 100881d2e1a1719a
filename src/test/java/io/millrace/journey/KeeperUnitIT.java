package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.testing.MillraceProcess;
import io.millrace.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Server and keeper as two units of systemd.
class KeeperUnitIT {
  private static final Path UNITS = Path.of("src", "main", "dist", "systemd");

  /// sd_notify(3), as systemd hears it.
  private static final String HEAR =
      """
      exec python3 -uc '
      import socket
      heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      heard.bind("notify")
      print("listens")
      print(heard.recv(4096).decode())'
      """;

  @Test
  void a_keeper_with_a_unit_of_its_own_tells_when_it_is_ready_and_outlives_the_server(
      @TempDir Path folder) {
    try (var systemd = Shell.type(HEAR, folder, Map.of())) {
      systemd.awaitText(Pattern.compile("listens"));
      try (var service = MillraceProcess.startBesideKeeper(folder.resolve("notify"))) {
        assertThat(systemd.awaitDone()).endsWith("READY=1\n");
        var keeper = service.keeper();
        var run = service.api().submit("for i in {1..40}; do echo line $i; sleep 0.1; done");
        await().until(() -> service.api().find(run).getValue("startedAt") != null);
        service.terminate();
        service.restart();
        assertThat(service.keeper()).isEqualTo(keeper);
        assertThat(service.api().awaitEnd(run).getString("status")).isEqualTo("succeeded");
        assertThat(service.api().output(run)).asString().startsWith("line 1\n").endsWith("40\n");
      }
    }
  }

  @Test
  void systemd_understands_every_line_of_the_units(@TempDir Path folder) throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/systemd-analyze")), "no systemd here");
    try (var units = Files.list(UNITS)) {
      for (var unit : units.toList()) {
        // Which need not be in the path here.
        var text = Files.readString(unit).replace("ExecStart=java", "ExecStart=/bin/true");
        Files.writeString(folder.resolve(unit.getFileName()), text);
      }
    }
    try (var verify = Shell.type("systemd-analyze verify ./*.service", folder, Map.of())) {
      assertThat(verify.awaitDone()).isEmpty();
    }
  }
}
