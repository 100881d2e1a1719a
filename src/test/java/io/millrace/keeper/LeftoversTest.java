package io.millrace.keeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.OutputCounts;
import io.millrace.spool.MemoryBudget;
import io.millrace.spool.Stream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class LeftoversTest {
  @TempDir Path folder;

  /// A keeper writes no such thing; a script can, into its own directory.
  @Test
  void a_byte_of_a_lost_attempt_that_lies_in_two_pieces_counts_once() throws Exception {
    var script = new TestKeeper(folder).script("true");
    write(script, 0, Stream.STDOUT, "0123456789");
    write(script, 4, Stream.STDERR, "abcd");
    write(script, 13, Stream.STDERR, "xyz");

    try (var _ = new LocalKeeper(folder, InstantSource.system())) {
      var lost = script.directory().readExit().orElseThrow();
      assertThat(lost.counts()).isEqualTo(new OutputCounts(16, 13, 3, 3));
    }
  }

  private static void write(Script script, long offset, Stream stream, String text) {
    try (var writer = script.directory().openWriter(offset, 1 << 20, new MemoryBudget(1 << 20))) {
      var bytes = text.getBytes(UTF_8);
      writer.append(stream, ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), 1);
    }
  }
}
