package io.millrace.keeper.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CgroupLimitsTest {
  private static final String NAME = "millrace-test-limits";
  private Cgroups cgroups = null;
  private Grove grove = null;

  @BeforeEach
  void start() throws IOException {
    var tree = CgroupTree.open(NAME);
    assumeTrue(tree instanceof CgroupTree.Usable, tree::toString);
    cgroups = ((CgroupTree.Usable) tree).cgroups();
    grove = new Grove(Optional.of(cgroups));
  }

  @AfterEach
  void stop() {
    if (grove != null) {
      grove.close();
      Grove.until(
          () -> {
            cgroups.close();
            return !cgroups.root().toFile().exists();
          });
    }
  }

  private static CgroupLimits limits(long memory, int cpu, int processes) {
    return new CgroupLimits(
        memory == 0 ? OptionalLong.empty() : OptionalLong.of(memory),
        cpu == 0 ? OptionalInt.empty() : OptionalInt.of(cpu),
        processes == 0 ? OptionalInt.empty() : OptionalInt.of(processes));
  }

  private void needs(String controller) {
    assumeTrue(cgroups.controllers().contains(controller), "no " + controller + " controller");
  }

  @Test
  void a_run_that_takes_too_much_memory_is_ended_as_a_whole() throws IOException {
    needs("memory");
    var planted =
        grove.plant(
            "sleep 1000 & x=$(head -c 100M /dev/zero | tr '\\0' x)", limits(20 << 20, 0, 0));

    assertThat(grove.awaitMain(planted).describe()).isEqualTo("killed by SIGKILL");
    var cgroup = planted.cgroup().orElseThrow();
    Grove.until(() -> !cgroup.isPopulated());
    assertThat(cgroup.outOfMemoryKills()).isPositive();
    cgroup.peakBytes().ifPresent(peak -> assertThat(peak).isBetween(19L << 20, 20L << 20));
    grove.fell(planted);
  }

  @Test
  void a_run_cannot_have_more_processes_than_allowed() throws IOException {
    needs("pids");
    var planted = grove.plant("for i in 1 2 3 4 5 6 7 8 9; do sleep 1000 & done", limits(0, 0, 5));

    var output = new StringBuilder();
    Bash.readUntil(planted.output(), output, text -> text.contains("Resource temporarily"));
    planted.tree().kill();
    grove.awaitMain(planted);
    grove.fell(planted);
  }

  @Test
  void a_run_gets_the_share_of_a_processor_that_it_may_have() throws IOException {
    needs("cpu");
    var planted = grove.plant("true", limits(0, 150, 0));
    grove.awaitMain(planted);

    assertThat(planted.cgroup().orElseThrow().path().resolve("cpu.max"))
        .hasContent("150000 100000");
    grove.fell(planted);
  }

  @Test
  void processor_time_is_counted_for_each_run_anew() throws IOException {
    var busy = grove.plant("for ((i = 0; i < 100000; i++)); do :; done");
    grove.awaitMain(busy);
    long used = busy.cgroup().orElseThrow().cpuMicros();
    grove.fell(busy);

    var next = grove.plant("true");
    grove.awaitMain(next);
    assertThat(next.cgroup().orElseThrow().path()).isEqualTo(busy.cgroup().orElseThrow().path());
    assertThat(next.cgroup().orElseThrow().cpuMicros()).isBetween(1L, used / 2);
    grove.fell(next);
  }

  @Test
  void cgroups_made_inside_a_run_go_with_it() throws IOException {
    var planted =
        grove.plant(
            "cd $(sed -n 's/.* - cgroup2 .*/&/p' /proc/self/mountinfo | cut -d' ' -f5)$(sed -n"
                + " 's/^0:://p' /proc/self/cgroup) && mkdir -p a/b && sleep 1000 & pid=$!; until ["
                + " -d a/b ] || ! kill -0 $pid; do sleep 0.01; done; sleep 1000");
    var inner = planted.cgroup().orElseThrow().path().resolve("a/b");
    Grove.until(() -> inner.toFile().exists());
    planted.tree().kill();
    grove.awaitMain(planted);
    grove.fell(planted);

    Grove.until(
        () -> {
          cgroups.close();
          return !inner.toFile().exists();
        });
  }
}
