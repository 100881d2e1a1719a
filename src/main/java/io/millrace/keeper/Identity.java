package io.millrace.keeper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Names one process for ever: pids are given again, and start over with each boot.
///
/// @param bootId `/proc/sys/kernel/random/boot_id`
/// @param startTicks field 22 of proc_pid_stat(5)
record Identity(String bootId, long pid, long startTicks) {

  /// This process.
  static Identity own() throws IOException {
    var boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    var stat = Files.readString(Path.of("/proc/self/stat"));
    var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return new Identity(boot, ProcessHandle.current().pid(), Long.parseLong(fields[19]));
  }
}
