package io.millrace.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileFramesTest {
  private static final byte KNOWN = 9;

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE, Wire.MOST_BYTES + 1, Integer.MAX_VALUE})
  void a_length_that_no_frame_has_is_refused_at_once(int length) {
    var four = ByteBuffer.allocate(Integer.BYTES).putInt(length).array();
    assertThatThrownBy(() -> Frames.command(four)).isInstanceOf(Wire.Malformed.class);
    assertThatThrownBy(() -> Frames.news(four)).isInstanceOf(Wire.Malformed.class);
  }

  @Test
  void a_frame_whose_fields_are_cut_off_is_refused() {
    for (var command : Messages.commands().values()) {
      var body = Frames.body(Wire.frame(command));
      for (int length = 1; length < body.length; length++) {
        var cut = Frames.of(Arrays.copyOf(body, length));
        assertThatThrownBy(() -> Frames.command(cut)).isInstanceOf(Wire.Malformed.class);
      }
    }
    for (var news : Messages.news().values()) {
      var body = Frames.body(Wire.frame(news));
      for (int length = 1; length < body.length; length++) {
        var cut = Frames.of(Arrays.copyOf(body, length));
        assertThatThrownBy(() -> Frames.news(cut)).isInstanceOf(Wire.Malformed.class);
      }
    }
  }

  @Test
  void numbers_that_name_nothing_are_refused() {
    var refused = Wire.frame(new News.InputRefused(1, InputRefusal.FULL));
    refused[refused.length - 1] = 100;
    assertThatThrownBy(() -> Frames.news(refused)).isInstanceOf(Wire.Malformed.class);
    var resize = Wire.frame(Messages.commands().get("resize"));
    resize[resize.length - 1] = 0;
    assertThatThrownBy(() -> Frames.command(resize)).isInstanceOf(Wire.Malformed.class);
    var exited = Wire.frame(Messages.news().get("exited"));
    exited[exited.length - 1] ^= 1;
    assertThatThrownBy(() -> Frames.news(exited)).isInstanceOf(Wire.Malformed.class);
  }

  @Test
  void a_start_without_a_program_is_refused() {
    var start = Frames.body(Wire.frame(Messages.smallStart()));
    var rest = Arrays.copyOfRange(start, 57, start.length);
    var body = ByteBuffer.allocate(start.length - 32).put(start, 0, 21).putInt(0).put(rest).array();
    assertThatThrownBy(() -> Frames.command(Frames.of(body)))
        .isInstanceOf(Wire.Malformed.class)
        .hasMessageContaining("0 words of command");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 4_000_000, 1_000_000})
  void a_list_that_is_longer_than_its_frame_is_refused_and_costs_no_memory(int size) {
    var body = ByteBuffer.allocate(1000).put(KNOWN).putLong(1).putInt(size).array();
    assertThat(allocatedBy(() -> Frames.news(Frames.of(body)))).isLessThan(1 << 20);
  }

  @Test
  void a_list_that_is_shorter_than_it_says_costs_what_is_there() {
    int bytes = 4_000_000;
    var body = ByteBuffer.allocate(bytes + 13).put(KNOWN).putLong(1).putInt(bytes);
    body.putLong(Messages.RUN.uuid().getMostSignificantBits());
    var frame = Frames.of(body.array());
    assertThat(allocatedBy(() -> Frames.news(frame))).isLessThan(5L * bytes);
  }

  @Test
  void a_frame_that_never_comes_costs_no_memory() {
    var four = ByteBuffer.allocate(Integer.BYTES).putInt(Wire.MOST_BYTES).array();
    assertThat(allocatedBy(() -> assertThat(Frames.command(four)).isEmpty())).isLessThan(1 << 20);
  }

  @Test
  void altered_bytes_are_refused_or_read_and_nothing_else() {
    var random = new Random(1);
    var frames =
        Messages.commands().values().stream()
            .map(command -> Frames.body(Wire.frame(command)))
            .toList();
    for (int i = 0; i < 20_000; i++) {
      var body = frames.get(i % frames.size()).clone();
      for (int k = 0; k <= random.nextInt(3); k++) {
        body[random.nextInt(body.length)] = (byte) random.nextInt();
      }
      readOrRefuse(Frames.of(body));
    }
  }

  private static void readOrRefuse(byte[] frame) {
    try {
      assertThat(Frames.command(frame)).isNotNull();
      assertThat(Frames.news(frame)).isNotNull();
    } catch (Wire.Malformed expected) {
      assertThat(expected).hasMessageContaining("a frame of");
    }
  }

  private interface Attempt {
    void run() throws Wire.Malformed;
  }

  /// Bytes that this thread allocates meanwhile.
  private static long allocatedBy(Attempt attempt) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    // The first time loads classes.
    refuse(attempt);
    long before = threads.getCurrentThreadAllocatedBytes();
    refuse(attempt);
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private static void refuse(Attempt attempt) {
    try {
      attempt.run();
    } catch (Wire.Malformed expected) {
      assertThat(expected).hasMessageContaining("a frame of kind");
    }
  }
}
