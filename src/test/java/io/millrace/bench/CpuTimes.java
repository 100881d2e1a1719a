package io.millrace.bench;

import io.millrace.testing.MillraceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Processor time that the parts of a service used so far, in milliseconds.
///
/// @param scripts of all scripts that have ended: children of the keeper
record CpuTimes(double server, double keeper, double postgres, double scripts) {
  private static final double MILLIS_PER_TICK = 10;

  static CpuTimes of(MillraceProcess service) {
    long keeper = service.keeper().pid();
    double postgres =
        ProcessHandle.allProcesses()
            .filter(process -> isPostgresOf(process, service.dataDir()))
            .mapToDouble(process -> own(process.pid()))
            .sum();
    return new CpuTimes(own(service.pid()), own(keeper), postgres, children(keeper));
  }

  CpuTimes minus(CpuTimes before) {
    return new CpuTimes(
        server - before.server,
        keeper - before.keeper,
        postgres - before.postgres,
        scripts - before.scripts);
  }

  private static boolean isPostgresOf(ProcessHandle process, Path dataDir) {
    try {
      var cwd = Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"));
      return cwd.startsWith(dataDir.resolve("postgres"));
    } catch (IOException gone) {
      return false;
    }
  }

  private static double own(long pid) {
    return ticks(pid, 11) + ticks(pid, 12);
  }

  private static double children(long pid) {
    return ticks(pid, 13) + ticks(pid, 14);
  }

  /// A field of proc_pid_stat(5), counted from the state.
  private static double ticks(long pid, int field) {
    try {
      var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[field])
          * MILLIS_PER_TICK;
    } catch (IOException gone) {
      return 0;
    }
  }
}
