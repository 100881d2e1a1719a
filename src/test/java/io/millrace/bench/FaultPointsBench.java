package io.millrace.bench;

import io.millrace.journey.FaultPoints;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` of the server at every step of a run's life, each twenty times or `-Dbench.rounds`.
@Tag("bench")
class FaultPointsBench {
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 20);
  private static final long SEED = Long.getLong("bench.seed", System.nanoTime());

  @Test
  void crashes_at_every_step_double_nothing_and_lose_nothing(@TempDir Path folder)
      throws Exception {
    System.out.printf("-Dbench.seed=%d%n", SEED);
    try (var points = new FaultPoints(folder.resolve("starts"), SEED)) {
      for (int round = 0; round < ROUNDS; round++) {
        for (var step : FaultPoints.STEPS) {
          points.crashAt(step);
        }
      }
      System.out.printf(
          "%d crashes, %d at each of %d steps: %d runs exact, each attempt started once%n",
          ROUNDS * FaultPoints.STEPS.size(), ROUNDS, FaultPoints.STEPS.size(), points.check());
    }
  }
}
