package io.millrace.keeper.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/// A pipe between the keeper and a script, closed on exec; the keeper's end never blocks, the
/// script's does.
///
/// It holds 64 KiB unless [#resize] makes it larger. Do that for pipes that prove busy: an ordinary
/// user may have 64 MiB in all pipes together (`/proc/sys/fs/pipe-user-pages-soft`, pipe(7)), and
/// beyond that new pipes hold 8 KiB.
public record Pipe(int readEnd, int writeEnd) {
  private static final MemorySegment PIPE2 = Libc.function("pipe2");
  private static final int F_SETFL = 4;
  private static final int F_SETPIPE_SZ = 1031;

  /// For stdout and stderr: the keeper reads.
  public static Pipe forOutput() throws SystemCallFailed {
    var pipe = open();
    nonBlocking(pipe.readEnd);
    return pipe;
  }

  /// For stdin: the keeper writes.
  public static Pipe forInput() throws SystemCallFailed {
    var pipe = open();
    nonBlocking(pipe.writeEnd);
    return pipe;
  }

  /// Makes the pipe of this end hold `bytes`: what it holds now, or `-errno` and it stays as it is.
  public static int resize(int end, int bytes) {
    return (int) Libc.syscall(Arch.CURRENT.fcntl, end, F_SETPIPE_SZ, bytes, 0, 0);
  }

  private static Pipe open() throws SystemCallFailed {
    var ends = Libc.scratch();
    SystemCallFailed.check("A pipe", Libc.call(PIPE2, ends.address(), Fd.O_CLOEXEC));
    int read = ends.get(JAVA_INT, 0);
    int write = ends.get(JAVA_INT, 4);
    return new Pipe(Fd.aboveStandard(read), Fd.aboveStandard(write));
  }

  static void nonBlocking(int fd) {
    Libc.syscall(Arch.CURRENT.fcntl, fd, F_SETFL, Fd.O_NONBLOCK, 0, 0);
  }
}
