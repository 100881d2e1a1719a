package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` of the server at every step between a COMMIT and what follows it; hundreds of times in
/// `bench.FaultPointsBench`.
class FaultPointsIT {

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void a_crash_at_any_step_doubles_nothing_and_loses_nothing(@TempDir Path folder)
      throws Exception {
    try (var points = new FaultPoints(folder.resolve("starts"), 1)) {
      for (var step : FaultPoints.STEPS) {
        points.crashAt(step);
      }
      assertThat(points.check()).isGreaterThanOrEqualTo(FaultPoints.STEPS.size());
    }
  }
}
