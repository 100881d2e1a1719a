package io.millrace.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.Outcome;
import io.millrace.run.ProcessEnd;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The clock on the wall says something else, up to a day off, whenever the keeper looks at it: it
/// is written down, and nothing depends on it.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ClockJumpTest {
  private static final Duration TIMEOUT = Duration.ofMillis(300);
  private static final int DAY_SECONDS = 86_400;

  private final Random random = new Random(1);
  private final InstantSource clock =
      () -> Instant.now().plusSeconds(random.nextInt(2 * DAY_SECONDS) - DAY_SECONDS);
  @TempDir Path folder;

  @Test
  void codes_outputs_and_timeouts_are_what_they_would_be() throws Exception {
    var scripts = new TestKeeper(folder);
    try (var local = new LocalKeeper(folder, clock);
        var server = scripts.connect()) {
      for (int i = 0; i < 50; i++) {
        var script = scripts.script("echo out; echo err >&2; echo again; exit 3");
        assertThat(server.run(script).outcome())
            .isEqualTo(new Outcome.Ended(new ProcessEnd.Exited(3)));
        assertThat(scripts.output(script)).hasSize(14);
      }
      for (int i = 0; i < 10; i++) {
        var script = scripts.script("sleep 1000");
        long begun = System.nanoTime();
        server.send(script.startFor(TIMEOUT));
        assertThat(server.awaitExit(script).outcome()).isInstanceOf(Outcome.TimedOut.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(TIMEOUT);
        assertThat(Marks.living(script)).isEmpty();
      }
    }
  }
}
