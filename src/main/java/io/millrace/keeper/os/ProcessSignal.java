package io.millrace.keeper.os;

import java.lang.foreign.MemorySegment;

/// Signals by pid, kill(2): only for children that were not reaped yet, as their pid is still their
/// own. Any thread.
final class ProcessSignal {
  private static final MemorySegment KILL = Libc.function("kill");

  private ProcessSignal() {}

  /// 0, or `-errno`.
  static int send(int pid, int signal) {
    return (int) Libc.call(KILL, pid, signal);
  }

  /// Whether this process may send signals to that one, 0, or `-ESRCH` or `-EPERM`.
  static int probe(int pid) {
    return send(pid, 0);
  }
}
