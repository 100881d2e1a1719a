package io.millrace.journey;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A minute of chaos; half an hour of it in `bench.ChaosBench`.
class ChaosIT {
  private static final long SEED = Long.getLong("chaos.seed", System.nanoTime());

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void a_minute_of_chaos_leaves_no_run_unaccounted(@TempDir Path folder) throws Exception {
    System.out.printf("-Dchaos.seed=%d%n", SEED);
    try (var chaos = new Chaos(folder, SEED)) {
      System.out.print(chaos.run(Duration.ofSeconds(45), 100, 24, Duration.ofMillis(1500)));
    }
  }
}
