package io.millrace.bench;

import io.millrace.journey.Chaos;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Half an hour of chaos, `-Dbench.minutes`, and at least 20,000 runs, `-Dbench.runs`; prints what
/// happened and how the runs ended.
@Tag("bench")
class ChaosBench {
  private static final Duration LENGTH = Duration.ofMinutes(Long.getLong("bench.minutes", 30));
  private static final int RUNS = Integer.getInteger("bench.runs", 20_000);
  private static final Duration CALM = Duration.ofSeconds(Long.getLong("bench.calm", 8));
  private static final int CLIENTS = Integer.getInteger("bench.clients", 48);
  private static final long SEED = Long.getLong("bench.seed", System.nanoTime());

  @Test
  void half_an_hour_of_chaos_leaves_no_run_unaccounted(@TempDir Path folder) throws Exception {
    System.out.printf("-Dbench.seed=%d%n", SEED);
    try (var chaos = new Chaos(folder, SEED)) {
      System.out.print(chaos.run(LENGTH, RUNS, CLIENTS, CALM));
    }
  }
}
