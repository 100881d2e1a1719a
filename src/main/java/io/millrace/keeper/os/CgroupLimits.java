package io.millrace.keeper.os;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// What a run may use at most, as a whole.
///
/// @param cpuPercent 100 is one processor
public record CgroupLimits(
    OptionalLong memoryBytes, OptionalInt cpuPercent, OptionalInt processes) {
  public static final CgroupLimits NONE =
      new CgroupLimits(OptionalLong.empty(), OptionalInt.empty(), OptionalInt.empty());

  private static final int CPU_PERIOD_MICROS = 100_000;

  public boolean isNone() {
    return equals(NONE);
  }

  /// The files of a cgroup and what to write there. Swap is not a way around the memory limit;
  /// where there is no swap accounting, `memory.swap.max` is missing and not needed.
  Map<String, String> files() {
    var files = new LinkedHashMap<String, String>();
    memoryBytes.ifPresent(
        bytes -> {
          files.put("memory.max", Long.toString(bytes));
          files.put("memory.oom.group", "1");
          files.put("memory.swap.max", "0");
        });
    cpuPercent.ifPresent(
        percent ->
            files.put("cpu.max", percent * (CPU_PERIOD_MICROS / 100L) + " " + CPU_PERIOD_MICROS));
    processes.ifPresent(count -> files.put("pids.max", Integer.toString(count)));
    return files;
  }
}
