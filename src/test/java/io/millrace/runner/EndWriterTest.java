package io.millrace.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.Outcome;
import io.millrace.run.OutputCounts;
import io.millrace.run.ProcessEnd;
import io.millrace.run.Usage;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EndWriterTest {
  private static final long MIB = 1 << 20;

  @Test
  void what_is_written_of_an_attempt_is_what_is_left_of_it_whatever_earlier_ones_dropped() {
    var earlier = new OutputCounts(964 * MIB, 964 * MIB, 0, 900 * MIB);

    assertThat(outputBytes(earlier, kept(60 * MIB, 0))).isEqualTo(60 * MIB);
    assertThat(outputBytes(earlier, kept(60 * MIB, 20 * MIB))).isEqualTo(40 * MIB);
    assertThat(outputBytes(earlier, OutputCounts.ZERO)).isZero();
    assertThat(outputBytes(OutputCounts.ZERO, kept(9 * MIB, MIB))).isEqualTo(8 * MIB);
  }

  private static OutputCounts kept(long bytes, long truncatedBytes) {
    return new OutputCounts(bytes, bytes, 0, truncatedBytes);
  }

  private static long outputBytes(OutputCounts earlier, OutputCounts own) {
    return EndWriter.outputBytes(
        new Ending(
            ClaimedAttempt.of(2, earlier).wrote(own),
            Optional.empty(),
            Instant.EPOCH,
            new Outcome.Ended(new ProcessEnd.Exited(0)),
            Usage.NONE,
            Optional.empty()));
  }
}
