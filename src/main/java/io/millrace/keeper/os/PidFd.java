package io.millrace.keeper.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.util.Optional;

/// A process held by a descriptor, pidfd_open(2): a signal through it never hits a later owner of
/// the same pid. It becomes readable when the process has ended. Any thread.
public final class PidFd {
  private static final int P_PID = 1;
  private static final int P_PIDFD = 3;
  private static final int WNOHANG = 1;
  private static final int WEXITED = 4;
  private static final int WNOWAIT = 0x01000000;
  private static final int CLD_EXITED = 1;

  /// Of `siginfo_t` and behind it `struct rusage`, both in the thread's scratch memory.
  private static final int CODE = 8;

  private static final int PID = 16;
  private static final int STATUS = 24;
  private static final int USAGE = 128;
  private static final int MAX_RSS_KIB = USAGE + 32;

  private PidFd() {}

  /// A descriptor, closed on exec, or `-errno`.
  public static int open(int pid) {
    return Fd.aboveStandard((int) Libc.syscall(Arch.PIDFD_OPEN, pid, 0));
  }

  /// 0, or `-errno`: `-ESRCH` when the process has ended and was reaped.
  public static int signal(int pidfd, int signal) {
    return (int) Libc.syscall(Arch.PIDFD_SEND_SIGNAL, pidfd, signal, 0, 0, 0);
  }

  /// Whether the process has ended, all of its threads included.
  static boolean hasEnded(int pidfd) {
    return Fd.poll(pidfd, Fd.IN, 0) > 0;
  }

  /// Takes leave of a child that has ended; empty while it runs.
  public static Optional<Ended> reap(int pidfd) {
    return await(P_PIDFD, pidfd, WEXITED | WNOHANG);
  }

  /// As [#reap], but leaves the child a zombie, so that its pid stays its own.
  public static Optional<Ended> peek(int pidfd) {
    return await(P_PIDFD, pidfd, WEXITED | WNOHANG | WNOWAIT);
  }

  /// Takes leave of a child by pid; empty while it runs, and for a process that is no child.
  static Optional<Ended> reapByPid(int pid) {
    return await(P_PID, pid, WEXITED | WNOHANG);
  }

  /// Waits until a child has ended, however long it takes, and takes leave of it.
  static Ended awaitEnd(int pid) {
    return await(P_PID, pid, WEXITED).orElseThrow();
  }

  private static Optional<Ended> await(int kind, int id, int options) {
    var memory = Libc.scratch();
    memory.set(JAVA_INT, PID, 0);
    long usage = memory.address() + USAGE;
    long result;
    do {
      result = Libc.syscall(Arch.CURRENT.waitid, kind, id, memory.address(), options, usage);
    } while (result == -Errno.EINTR);
    int pid = memory.get(JAVA_INT, PID);
    if (result < 0 || pid == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Ended(
            pid,
            memory.get(JAVA_INT, CODE) != CLD_EXITED,
            memory.get(JAVA_INT, STATUS),
            micros(USAGE) + micros(USAGE + 16),
            memory.get(JAVA_LONG, MAX_RSS_KIB) * 1024));
  }

  private static long micros(int offset) {
    var memory = Libc.scratch();
    return memory.get(JAVA_LONG, offset) * 1_000_000 + memory.get(JAVA_LONG, offset + 8);
  }
}
