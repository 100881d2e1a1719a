package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WrongUsageTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "serve --prot 5 | Unknown options: '--prot'",
        "serve --max-timeout 0 | --max-timeout must be above 0",
        "serve --public-url ftp:x | --public-url must be such as https://",
        "serve --public-url millrace.example | --public-url must be such as https://",
        "serve --port 70000 | --port must be 0 to 65535",
        "serve --max-running none | 'none' is not an int",
        "servr | Did you mean: millrace serve",
      })
  void what_is_wrong_is_told_in_a_few_lines_and_with_2(String line, String expected) {
    var said = new StringWriter();
    var millrace = Main.commands().setErr(new PrintWriter(said, true));
    assertThat(Main.execute(millrace, line.split(" "))).isEqualTo(2);
    assertThat(said.toString()).startsWith("millrace: ").contains(expected, "--help' tells more");
    assertThat(said.toString().lines()).hasSizeLessThan(6);
  }

  @Test
  void the_list_of_commands_says_whole_sentences() {
    for (var command : Main.commands().getSubcommands().values()) {
      assertThat(command.getCommandSpec().usageMessage().description()[0]).endsWith(".");
    }
  }
}
