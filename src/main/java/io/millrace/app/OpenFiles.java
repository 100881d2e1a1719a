package io.millrace.app;

import io.millrace.keeper.os.Rlimit;
import io.millrace.keeper.os.SystemCallFailed;
import java.lang.management.ManagementFactory;

/// How many open files the service was allowed when it was started: the JVM raises its own limit at
/// once, but scripts shall have what they would have without it.
public final class OpenFiles {
  private OpenFiles() {}

  /// Our own soft limit if the JVM was told to leave it (`-XX:-MaxFDLimit`), else that of the
  /// process that started us, which handed it down.
  public static long atStart() {
    try {
      long own = Rlimit.of(0, Rlimit.OPEN_FILES).soft();
      boolean untouched =
          ManagementFactory.getRuntimeMXBean().getInputArguments().contains("-XX:-MaxFDLimit");
      var parent = ProcessHandle.current().parent();
      return untouched || parent.isEmpty() || parent.get().pid() == 1
          ? own
          : Math.min(own, Rlimit.of((int) parent.get().pid(), Rlimit.OPEN_FILES).soft());
    } catch (SystemCallFailed hidden) {
      return Long.MAX_VALUE;
    }
  }
}
