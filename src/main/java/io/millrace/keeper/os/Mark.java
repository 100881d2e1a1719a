package io.millrace.keeper.os;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.util.OptionalLong;

/// A number that all processes of one run carry, wherever they hide: the soft RLIMIT_RTTIME that
/// their first process was started with.
///
/// It is inherited through fork, exec, setsid, a change of user and an empty environment, and means
/// nothing otherwise: it is a limit of 146,000 years on the processor time of real-time processes.
/// A program can change its own mark, though; then only a cgroup still tells whose it is.
///
/// @param value between 2^62 and 2^63 − 1
public record Mark(long value) {
  private static final long BIT = 1L << 62;

  public Mark {
    if (!isMark(value)) {
      throw new IllegalArgumentException("A mark lies between 2^62 and 2^63 - 1, got " + value);
    }
  }

  /// The mark made of any 62 bits, such as a hash of the run's id and attempt; the two highest bits
  /// of `bits` are ignored.
  public static Mark of(long bits) {
    return new Mark((bits & (BIT - 1)) | BIT);
  }

  static boolean isMark(long limit) {
    return limit >= BIT;
  }

  /// Whether this process may set marks; a hard RLIMIT_RTTIME below them forbids it.
  static boolean isUsable() throws SystemCallFailed {
    return Long.compareUnsigned(Rlimit.of(Rlimit.SELF, Rlimit.REAL_TIME).hard(), Long.MAX_VALUE)
        >= 0;
  }

  /// The mark of a process; empty if it has none, is gone, or may not be looked at.
  public static OptionalLong ofProcess(int pid) {
    long mark = read(pid);
    return isMark(mark) ? OptionalLong.of(mark) : OptionalLong.empty();
  }

  /// The mark of a process, or a negative or small number.
  static long read(int pid) {
    var memory = Libc.scratch();
    int result = Rlimit.readSoft(pid, Rlimit.REAL_TIME, memory);
    return result == 0 ? memory.get(JAVA_LONG, 0) : result;
  }
}
