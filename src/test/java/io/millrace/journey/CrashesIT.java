package io.millrace.journey;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` of the server under 200 scripts; a hundred times in `bench.CrashesBench`.
class CrashesIT {
  private static final int ROUNDS = 5;
  private static final int SCRIPTS = 200;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void a_killed_server_loses_no_byte_and_no_exit_code_and_no_stop(@TempDir Path traces) {
    try (var crashes = new Crashes(traces, SCRIPTS)) {
      for (int i = 0; i < ROUNDS; i++) {
        crashes.round();
      }
    }
  }
}
