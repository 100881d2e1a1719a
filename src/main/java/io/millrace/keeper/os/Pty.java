package io.millrace.keeper.os;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/// A pseudo-terminal, pty(7). The keeper reads and writes `master`, which never blocks; a child
/// opens `path` as [Streams.Terminal].
///
/// After the last process with the terminal is gone, reading the master gives `-EIO`: that is its
/// end.
public record Pty(int master, String path) {
  private static final MemorySegment OPEN = Libc.function("posix_openpt");
  private static final MemorySegment GRANT = Libc.function("grantpt");
  private static final MemorySegment UNLOCK = Libc.function("unlockpt");
  private static final MemorySegment NAME = Libc.function("ptsname_r");
  private static final MemorySegment CHOWN = Libc.function("chown");
  private static final int TIOCSWINSZ = 0x5414;
  private static final int PATH_BYTES = 128;

  public static Pty open(int columns, int rows) throws SystemCallFailed {
    long opened = Libc.call(OPEN, Fd.O_RDWR | Fd.O_NOCTTY | Fd.O_CLOEXEC);
    int master = Fd.aboveStandard(SystemCallFailed.check("A terminal", opened));
    SystemCallFailed.check("A terminal's owner", Libc.call(GRANT, master));
    SystemCallFailed.check("A terminal's lock", Libc.call(UNLOCK, master));
    var name = Libc.scratch();
    SystemCallFailed.check(
        "A terminal's name", -Libc.call(NAME, master, name.address(), PATH_BYTES));
    var pty = new Pty(master, name.getString(0));
    Pipe.nonBlocking(master);
    pty.resize(columns, rows);
    return pty;
  }

  /// Tells the programs of the terminal its new size (SIGWINCH).
  public void resize(int columns, int rows) {
    var size = Libc.scratch();
    size.set(JAVA_SHORT, 0, (short) rows);
    size.set(JAVA_SHORT, 2, (short) columns);
    size.set(JAVA_SHORT, 4, (short) 0);
    size.set(JAVA_SHORT, 6, (short) 0);
    Libc.syscall(Arch.CURRENT.ioctl, master, TIOCSWINSZ, size.address(), 0, 0);
  }

  /// Gives the terminal to the user of a script that runs as somebody else: 0, or `-errno`.
  public int giveTo(User user) {
    return (int) Libc.call(CHOWN, Libc.cString(path).address(), user.uid(), -1);
  }
}
