package io.millrace.bench;

import io.millrace.journey.Crashes;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` of the server under running scripts, a hundred times or `-Dbench.rounds`: every byte
/// and every exit code must be right after each.
@Tag("bench")
class CrashesBench {
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 100);
  private static final int SCRIPTS = Integer.getInteger("bench.scripts", 200);

  @Test
  void a_hundred_crashes_lose_nothing(@TempDir Path traces) {
    long begun = System.nanoTime();
    try (var crashes = new Crashes(traces, SCRIPTS)) {
      for (int i = 0; i < ROUNDS; i++) {
        crashes.round();
      }
    }
    System.out.printf(
        "%d crashes under %d scripts each: %d runs exact, %d s%n",
        ROUNDS, SCRIPTS, ROUNDS * SCRIPTS, (System.nanoTime() - begun) / 1_000_000_000L);
  }
}
