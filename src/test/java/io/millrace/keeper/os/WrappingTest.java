package io.millrace.keeper.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class WrappingTest {
  @Test
  void a_run_that_asks_for_nothing_has_nothing_in_front_of_it() {
    var request = Bash.request(List.of("/bin/bash", "x"), List.of(), new Streams.Terminal("/x"));

    assertThat(Wrapping.NONE.around(request)).isEqualTo(request);
  }

  @Test
  void umask_niceness_and_open_files_are_what_the_run_asks_for() throws IOException {
    var wrapping =
        new Wrapping(
            OptionalInt.of(027),
            OptionalInt.of(5),
            OptionalLong.of(321),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    assertThat(
            output(
                wrapping,
                "umask; ulimit -Sn; ulimit -Hn; echo $(( $(nice) - " + niceness() + " )); exit 4"))
        .isEqualTo("0027\n321\n321\n5\n");
  }

  private static int niceness() throws IOException {
    return Integer.parseInt(Bash.run("nice").stdout().strip());
  }

  @Test
  void a_wrapped_run_has_exactly_its_environment_too() throws IOException {
    var wrapping =
        new Wrapping(
            OptionalInt.of(022),
            OptionalInt.of(0),
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    var result = Bash.run(wrapping, List.of("/usr/bin/env"), "/", List.of("A=1", "B="));
    assertThat(result.stdout()).isEqualTo("A=1\nB=\n");
  }

  @Test
  void a_limit_that_cannot_be_set_ends_the_run_with_126_before_it_begins() throws IOException {
    var wrapping =
        new Wrapping(
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalLong.of(1L << 60),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    var result = Bash.run(wrapping, List.of("/bin/echo", "began"), "/", Bash.ENVIRONMENT);
    assertThat(result.ended().number()).isEqualTo(126);
    assertThat(result.stdout()).isEmpty();
    assertThat(result.stderr()).isNotEmpty();
  }

  @Test
  void a_run_of_another_user_has_none_of_our_rights() throws IOException {
    assumeTrue(User.effectiveUid() == 0, "only root can change the user");
    var nobody = User.named("nobody").orElseThrow();
    var wrapping =
        new Wrapping(
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalLong.empty(),
            Optional.of(nobody),
            Optional.empty(),
            Optional.empty());

    assertThat(output(wrapping, "id -u; id -g; id -G; grep CapEff /proc/self/status"))
        .isEqualTo(
            "%d\n%d\n%d\nCapEff:\t0000000000000000\n"
                .formatted(nobody.uid(), nobody.gid(), nobody.gid()));
  }

  private static String output(Wrapping wrapping, String script) throws IOException {
    var command = List.of("/bin/bash", "-c", script);
    return Bash.run(wrapping, command, "/", Bash.ENVIRONMENT).stdout();
  }
}
