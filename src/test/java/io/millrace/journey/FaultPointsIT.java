package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` of the server between a COMMIT and what follows it, at every third step; at all of
/// them, hundreds of times, in `bench.FaultPointsBench`.
class FaultPointsIT {

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void a_crash_between_two_steps_doubles_nothing_and_loses_nothing(@TempDir Path folder)
      throws Exception {
    try (var points = new FaultPoints(folder.resolve("starts"), 1)) {
      for (int i = 1; i < FaultPoints.STEPS.size(); i += 3) {
        points.crashAt(FaultPoints.STEPS.get(i));
      }
      assertThat(points.check()).isPositive();
    }
  }
}
