package io.millrace.run;

import java.util.OptionalInt;
import java.util.OptionalLong;

/// What a run may use at most; empty means as much as the service itself.
///
/// @param memoryBytes of the whole tree (cgroup v2 `memory.max`), positive
/// @param cpuPercent of one core, 150 is one and a half (`cpu.max`), positive
/// @param processes in the whole tree (`pids.max`), positive
/// @param openFiles of each process (RLIMIT_NOFILE), positive
/// @param outputBytes kept of the output: a quarter at the head, the rest the newest tail; positive
public record Limits(
    OptionalLong memoryBytes,
    OptionalInt cpuPercent,
    OptionalInt processes,
    OptionalInt openFiles,
    OptionalLong outputBytes) {

  /// Kept of a run's output when its submission does not say: 64 MiB.
  public static final long DEFAULT_OUTPUT_BYTES = 64L << 20;

  public static final Limits NONE =
      new Limits(
          OptionalLong.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalLong.empty());

  public Limits {
    requirePositive("memory", memoryBytes.orElse(1));
    requirePositive("cpu", cpuPercent.orElse(1));
    requirePositive("processes", processes.orElse(1));
    requirePositive("openFiles", openFiles.orElse(1));
    requirePositive("output", outputBytes.orElse(1));
  }

  /// How many bytes of output are kept.
  public long keptOutputBytes() {
    return outputBytes.orElse(DEFAULT_OUTPUT_BYTES);
  }

  private static void requirePositive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException("limit " + name + " must be positive, got " + value);
    }
  }
}
