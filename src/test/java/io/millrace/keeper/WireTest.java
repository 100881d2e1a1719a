package io.millrace.keeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
      throws Wire.Malformed {
    assertThat(Frames.command(Wire.frame(message.getValue())))
        .get()
        .usingRecursiveComparison()
        .isEqualTo(message.getValue());
  }

  @ParameterizedTest
  @MethodSource("news")
  void all_news_comes_out_as_it_went_in(Map.Entry<String, News> message) throws Wire.Malformed {
    assertThat(Frames.news(Wire.frame(message.getValue()))).contains(message.getValue());
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
    assertThat(Wire.VERSION).isEqualTo(1);
    var spoken = new TreeMap<String, String>();
    Messages.commands()
        .forEach((name, command) -> spoken.put("command " + name, hex(Wire.frame(command))));
    Messages.news().forEach((name, news) -> spoken.put("news " + name, hex(Wire.frame(news))));
    assertThat(lines(spoken)).isEqualTo(golden());
  }

  @Test
  void kinds_of_later_versions_are_passed_over() throws Wire.Malformed {
    var survey = new Command.Survey(1);
    var stream = Frames.join(List.of(Frames.of((byte) 99, (byte) 1), Wire.frame(survey)));
    assertThat(Frames.decode(Wire.commands(), stream, stream.length)).containsExactly(survey);
    var taken = new News.InputTaken(1);
    stream = Frames.join(List.of(Frames.of((byte) -1), Frames.of((byte) 0), Wire.frame(taken)));
    assertThat(Frames.decode(Wire.news(), stream, stream.length)).containsExactly(taken);
  }

  @Test
  void fields_of_later_versions_are_ignored() throws Wire.Malformed {
    for (var command : Messages.commands().values()) {
      assertThat(Frames.command(longer(Wire.frame(command))))
          .get()
          .usingRecursiveComparison()
          .isEqualTo(command);
    }
    for (var news : Messages.news().values()) {
      assertThat(Frames.news(longer(Wire.frame(news)))).contains(news);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100, 100_000})
  void frames_are_found_however_they_arrive(int piece) throws Wire.Malformed {
    var large = new Command.Input(1, Messages.RUN, 1, new byte[900_000], false);
    var sent = Stream.concat(Messages.commands().values().stream(), Stream.of(large, large));
    var commands = sent.toList();
    var stream = Frames.join(commands.stream().map(Wire::frame).toList());
    var heard = Frames.decode(Wire.commands(), stream, piece);
    assertThat(heard.stream().map(Wire::frame).toList())
        .usingElementComparator(Arrays::compare)
        .containsExactlyElementsOf(commands.stream().map(Wire::frame).toList());
  }

  @Test
  void the_environment_of_a_start_is_not_for_logs() {
    assertThat(Messages.commands().get("start, all").toString())
        .contains(Messages.RUN.toString())
        .doesNotContain("PATH");
  }

  private static byte[] longer(byte[] frame) {
    var body = Frames.body(frame);
    return Frames.of(Arrays.copyOf(body, body.length + 13));
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
