package io.millrace.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.Outcome;
import io.millrace.run.ProcessEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A keeper that gets no more memory from the kernel refuses new runs, looks after the others, and
/// starts runs again when it gets some.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class KeeperWithoutRoomTest {
  private static final Outcome SUCCESS = new Outcome.Ended(new ProcessEnd.Exited(0));

  @TempDir private Path folder;

  @Test
  void a_start_without_memory_is_refused_and_the_next_one_with_it_is_not() throws Exception {
    try (var keeper = new TestKeeper(folder);
        var server = keeper.connect()) {
      assertThat(server.run(keeper.script("true")).outcome()).isEqualTo(SUCCESS);
      var other = keeper.script("echo one; read -r line; echo two; exit 5");
      server.send(other.start(StdinMode.PIPE));
      server.awaitOutput(other, 4);

      limitAddressSpace(keeper.pid(), Long.toString(addressSpace(keeper.pid())));
      for (int i = 0; i < 5; i++) {
        assertThat(server.run(keeper.script("true")).outcome())
            .isInstanceOfSatisfying(
                Outcome.NotStarted.class,
                refused -> assertThat(refused.reason()).contains("ENOMEM"));
      }
      server.send(new Command.Input(1, other.run(), 1, "\n".getBytes(), true));
      assertThat(server.awaitExit(other).outcome())
          .isEqualTo(new Outcome.Ended(new ProcessEnd.Exited(5)));
      assertThat(keeper.output(other)).isEqualTo("one\ntwo\n");

      limitAddressSpace(keeper.pid(), "unlimited");
      assertThat(server.run(keeper.script("true")).outcome()).isEqualTo(SUCCESS);
      assertThat(server.heard().isClosed()).isFalse();
    }
  }

  /// RLIMIT_AS, setrlimit(2): the soft one, which can be raised again.
  private static void limitAddressSpace(long pid, String bytes) throws Exception {
    var limit = new ProcessBuilder("prlimit", "--pid=" + pid, "--as=" + bytes + ":").inheritIO();
    assertThat(limit.start().waitFor()).isZero();
  }

  private static long addressSpace(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
        .filter(line -> line.startsWith("VmSize:"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
