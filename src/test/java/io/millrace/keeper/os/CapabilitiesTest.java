package io.millrace.keeper.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CapabilitiesTest {
  @Test
  void a_sentence_is_said_of_each() throws IOException {
    var found = Capabilities.detect("millrace-test-" + Self.pid());
    found.cgroups().ifPresent(Cgroups::close);

    assertThat(found.sentences()).hasSize(5).allSatisfy(line -> assertThat(line).isNotBlank());
    assertThat(found.glibc()).matches("2\\.\\d+");
    assertThat(found.marks()).isTrue();
  }

  @Test
  void cgroups_can_be_done_without() throws IOException {
    assertThat(Capabilities.withoutCgroups("switched off").sentences())
        .contains("no cgroups: switched off");
  }

  @Test
  void usage_is_told_of_all_living_processes_of_a_run() throws IOException {
    try (var grove = new Grove(Optional.empty())) {
      var planted = grove.plant("setsid bash -c 'while :; do :; done' & wait");
      Grove.until(
          () -> {
            var usage = planted.tree().usage();
            return usage.processes() == 2 && usage.cpuMicros() > 50_000;
          });
      var usage = planted.tree().usage();
      assertThat(usage.memoryBytes()).isBetween(2_000_000L, 50_000_000L);
      assertThat(usage.peakBytes()).isBetween(1_000_000L, 25_000_000L);
      planted.tree().kill();
      grove.awaitMain(planted);
      grove.fell(planted);
    }
  }
}
