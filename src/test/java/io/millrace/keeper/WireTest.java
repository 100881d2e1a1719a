package io.millrace.keeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireTest {

  static Stream<Map.Entry<String, Command>> commands() {
    return Messages.commands().entrySet().stream();
  }

  static Stream<Map.Entry<String, News>> news() {
    return Messages.news().entrySet().stream();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void every_command_comes_out_as_it_went_in(Map.Entry<String, Command> message)
      throws IOException {
    var decoded = Wire.decodeCommand(body(Wire.encode(message.getValue())));
    assertThat(decoded).usingRecursiveComparison().isEqualTo(message.getValue());
  }

  @ParameterizedTest
  @MethodSource("news")
  void all_news_comes_out_as_it_went_in(Map.Entry<String, News> message) throws IOException {
    assertThat(Wire.decodeNews(body(Wire.encode(message.getValue()))))
        .isEqualTo(message.getValue());
  }

  @Test
  void there_is_an_example_of_each_kind() {
    assertThat(kinds(Messages.commands().values()))
        .containsExactlyInAnyOrder(Command.class.getPermittedSubclasses());
    assertThat(kinds(Messages.news().values()))
        .containsExactlyInAnyOrder(News.class.getPermittedSubclasses());
  }

  @Test
  void version_1_is_spoken_as_on_its_first_day() throws IOException {
    var spoken = new TreeMap<String, String>();
    Messages.commands()
        .forEach((name, command) -> spoken.put("command " + name, hex(Wire.encode(command))));
    Messages.news().forEach((name, news) -> spoken.put("news " + name, hex(Wire.encode(news))));
    assertThat(lines(spoken)).isEqualTo(golden());
  }

  @Test
  void a_frame_that_ends_too_early_or_too_late_is_refused() {
    for (var command : Messages.commands().values()) {
      var frame = Wire.encode(command);
      for (int length = Integer.BYTES; length < frame.length; length++) {
        refused(Arrays.copyOfRange(frame, Integer.BYTES, length));
      }
      refused(Arrays.copyOfRange(frame, Integer.BYTES, frame.length + 1));
    }
  }

  @Test
  void unknown_kinds_and_random_bytes_are_refused_and_cost_no_memory() {
    refused(new byte[] {0});
    refused(new byte[] {(byte) 200, 1, 2, 3});
    refused(new byte[] {2, 0, 0, 0, 0});
    var random = new Random(1);
    var frames = List.copyOf(Messages.commands().values());
    for (int i = 0; i < 20_000; i++) {
      var frame = Wire.encode(frames.get(i % frames.size()));
      for (int k = 0; k <= random.nextInt(3); k++) {
        frame[Integer.BYTES + random.nextInt(frame.length - Integer.BYTES)] =
            (byte) random.nextInt();
      }
      try {
        assertThat(Wire.decodeCommand(body(frame))).isNotNull();
        assertThat(Wire.decodeNews(body(frame))).isNotNull();
      } catch (MalformedFrame expected) {
        assertThat(expected).hasMessageContaining("malformed");
      }
    }
  }

  @Test
  void a_text_that_is_not_utf_8_is_refused() {
    var frame = Wire.encode(new Command.Hello(1, "abc", 1));
    frame[Integer.BYTES + 1 + Integer.BYTES + Integer.BYTES] = (byte) 0xff;
    refused(Arrays.copyOfRange(frame, Integer.BYTES, frame.length));
  }

  @Test
  void a_message_too_long_for_a_frame_is_refused_where_it_is_made() {
    var text = "x".repeat(Wire.MOST_BYTES);
    assertThatThrownBy(() -> Wire.encode(new News.Refused(text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1048576 bytes");
  }

  @Test
  void peers_agree_on_the_newest_version_that_both_speak() {
    assertThat(Wire.agree(Wire.VERSION + 1)).contains(Wire.VERSION);
    assertThat(Wire.agree(Wire.VERSION)).contains(Wire.VERSION);
    assertThat(Wire.agree(Wire.OLDEST)).contains(Wire.OLDEST);
    assertThat(Wire.agree(Wire.OLDEST - 1)).isEqualTo(Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100, 100_000})
  void frames_are_found_however_they_arrive(int portion) throws IOException {
    var large = new Command.Input(1, Messages.run(), new byte[900_000], false);
    var frames =
        Stream.concat(Messages.commands().values().stream(), Stream.of(large, large))
            .map(Wire::encode)
            .toList();
    var stream = ByteBuffer.allocate(frames.stream().mapToInt(frame -> frame.length).sum());
    frames.forEach(stream::put);
    stream.flip();
    var buffer = new FrameBuffer();
    int found = 0;
    while (stream.hasRemaining()) {
      var free = buffer.free();
      int count = Math.min(Math.min(portion, stream.remaining()), free.remaining());
      free.put(stream.slice(stream.position(), count));
      stream.position(stream.position() + count);
      for (var frame = buffer.next(); frame.isPresent(); frame = buffer.next()) {
        assertThat(frame.get()).isEqualTo(body(frames.get(found++)));
      }
    }
    assertThat(found).isEqualTo(frames.size());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE, Wire.MOST_BYTES + 1, Integer.MAX_VALUE})
  void a_length_that_no_frame_has_is_refused_at_once(int length) {
    var buffer = new FrameBuffer();
    buffer.free().putInt(length);
    assertThatThrownBy(buffer::next).isInstanceOf(MalformedFrame.class);
  }

  private static void refused(byte[] frame) {
    assertThatThrownBy(() -> Wire.decodeCommand(ByteBuffer.wrap(frame)))
        .isInstanceOf(MalformedFrame.class);
  }

  private static ByteBuffer body(byte[] frame) {
    assertThat(ByteBuffer.wrap(frame).getInt()).isEqualTo(frame.length - Integer.BYTES);
    return ByteBuffer.wrap(frame, Integer.BYTES, frame.length - Integer.BYTES).slice();
  }

  private static List<Class<?>> kinds(Collection<?> messages) {
    return messages.stream().<Class<?>>map(Object::getClass).distinct().toList();
  }

  private static String hex(byte[] frame) {
    return HexFormat.of().formatHex(frame);
  }

  private static String lines(Map<String, String> spoken) {
    return spoken.entrySet().stream()
        .map(entry -> entry.getKey() + ": " + entry.getValue() + "\n")
        .collect(Collectors.joining());
  }

  private static String golden() throws IOException {
    try (var lines = WireTest.class.getResourceAsStream("wire-1.txt")) {
      return new String(Objects.requireNonNull(lines).readAllBytes(), UTF_8);
    }
  }
}
