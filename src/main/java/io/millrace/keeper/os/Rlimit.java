package io.millrace.keeper.os;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/// Resource limits of this process or another, prlimit(2). The largest value means no limit.
///
/// @param soft what is enforced, as an unsigned number
/// @param hard how far the process itself may raise it, as an unsigned number
public record Rlimit(long soft, long hard) {
  /// How many descriptors; see [#OPEN_FILES] in setrlimit(2) as RLIMIT_NOFILE.
  public static final int OPEN_FILES = 7;

  /// RLIMIT_RTTIME, which [Mark] makes use of.
  static final int REAL_TIME = 15;

  /// This process.
  static final int SELF = 0;

  private static final MemorySegment PRLIMIT = Libc.function("prlimit");

  /// A limit of a process; `pid` 0 is this one. Of another user's process only with
  /// CAP_SYS_RESOURCE.
  public static Rlimit of(int pid, int resource) throws SystemCallFailed {
    var memory = Libc.scratch();
    long result = Libc.call(PRLIMIT, pid, resource, 0, memory.address());
    SystemCallFailed.check("Limit " + resource + " of process " + pid, result);
    return new Rlimit(memory.get(JAVA_LONG, 0), memory.get(JAVA_LONG, 8));
  }

  /// The soft limit of a process in 8 bytes of `to`: 0, or `-errno`.
  static int readSoft(int pid, int resource, MemorySegment to) {
    return (int) Libc.call(PRLIMIT, pid, resource, 0, to.address());
  }

  /// Sets it for this process: 0, or `-errno`.
  int set(int resource) {
    return set(resource, soft, hard);
  }

  static int set(int resource, long soft, long hard) {
    var memory = Libc.scratch();
    memory.set(JAVA_LONG, 0, soft);
    memory.set(JAVA_LONG, 8, hard);
    return (int) Libc.call(PRLIMIT, SELF, resource, memory.address(), 0);
  }

  /// Lets this process open as many files as it may: its soft limit becomes the hard one.
  public static void raiseOpenFiles() throws SystemCallFailed {
    var now = of(SELF, OPEN_FILES);
    SystemCallFailed.check(
        "Raising the limit of open files", set(OPEN_FILES, now.hard(), now.hard()));
  }
}
