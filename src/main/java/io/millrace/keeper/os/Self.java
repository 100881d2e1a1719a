package io.millrace.keeper.os;

import java.lang.foreign.MemorySegment;

/// What the keeper sets for its own process, prctl(2).
public final class Self {
  private static final int PR_SET_DUMPABLE = 4;
  private static final int PR_SET_CHILD_SUBREAPER = 36;
  private static final MemorySegment UMASK = Libc.function("umask");
  private static final MemorySegment GET_PID = Libc.function("getpid");
  private static final MemorySegment GET_TID = Libc.function("gettid");
  private static final MemorySegment SET_SID = Libc.function("setsid");

  private Self() {}

  public static int pid() {
    return (int) Libc.call(GET_PID);
  }

  /// The calling thread, as the kernel numbers it.
  static int threadId() {
    return (int) Libc.call(GET_TID);
  }

  /// Becomes the parent of all descendants whose own parents end: see [Orphans].
  public static void adoptOrphans() throws SystemCallFailed {
    SystemCallFailed.check("Becoming a subreaper", prctl(PR_SET_CHILD_SUBREAPER, 1));
  }

  /// Keeps other processes of the same user from reading this one's memory and environment, and the
  /// kernel from dumping it.
  ///
  /// `/proc/self` then belongs to root: call it after everything that writes there.
  public static void hide() throws SystemCallFailed {
    SystemCallFailed.check("Hiding from ptrace", prctl(PR_SET_DUMPABLE, 0));
  }

  /// This process's name in `ps -o comm` and `top`, 15 bytes of it. Before [#hide].
  public static void name(String name) {
    Fd.put("/proc/self/comm", name);
  }

  /// Sets the permissions that new files lack, for the whole process and its children; returns what
  /// it was.
  public static int umask(int mask) {
    return (int) Libc.call(UMASK, mask);
  }

  /// Leaves the session and the terminal it was started from; false if it already leads one.
  public static boolean leaveSession() {
    return (int) Libc.call(SET_SID) > 0;
  }

  /// The largest resident set that this process ever had.
  public static long peakBytes() {
    return new ProcFs().peakBytes(pid());
  }

  private static long prctl(int option, long value) {
    return Libc.syscall(Arch.CURRENT.prctl, option, value, 0, 0, 0);
  }
}
