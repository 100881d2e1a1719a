package io.millrace.keeper.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/// Reading and writing by file descriptor. Results are the kernel's: a count, or `-errno`. Any
/// thread.
///
/// Lengths stay below 2 GiB. Interrupted calls (EINTR) are made again.
public final class Fd {
  /// Flags of open(2).
  static final int O_RDONLY = 0;

  static final int O_WRONLY = 1;
  static final int O_RDWR = 2;
  private static final int O_CREAT = 0x40;
  static final int O_NOCTTY = 0x100;
  static final int O_NONBLOCK = 0x800;
  static final int O_CLOEXEC = 0x80000;

  /// Events of poll(2) and epoll(7).
  public static final int IN = 1;

  public static final int PRIORITY = 2;
  public static final int OUT = 4;
  public static final int ERROR = 8;
  public static final int HANGUP = 16;

  private static final int AT_FDCWD = -100;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int SPLICE_F_MOVE_NONBLOCK = 3;

  private static final MemorySegment READ = Libc.function("read");
  private static final MemorySegment WRITE = Libc.function("write");
  private static final MemorySegment PREAD = Libc.function("pread");
  private static final MemorySegment PWRITE = Libc.function("pwrite");
  private static final MemorySegment SPLICE = Libc.function("splice");
  private static final MemorySegment CLOSE = Libc.function("close");
  private static final MemorySegment SYNC = Libc.function("fdatasync");
  private static final MemorySegment POLL = Libc.function("poll");

  private Fd() {}

  /// Reads up to `bytes` to the beginning of `to`; 0 at the end of the file, `-EAGAIN` when nothing
  /// is there yet.
  public static int read(int fd, MemorySegment to, int bytes) {
    long result;
    do {
      result = Libc.call(READ, fd, to.address(), Math.min(bytes, to.byteSize()));
    } while (result == -Errno.EINTR);
    return (int) result;
  }

  public static int write(int fd, MemorySegment from, int bytes) {
    long result;
    do {
      result = Libc.call(WRITE, fd, from.address(), Math.min(bytes, from.byteSize()));
    } while (result == -Errno.EINTR);
    return (int) result;
  }

  public static int pread(int fd, MemorySegment to, int bytes, long position) {
    return (int) Libc.call(PREAD, fd, to.address(), Math.min(bytes, to.byteSize()), position);
  }

  public static int pwrite(int fd, MemorySegment from, int bytes, long position) {
    return (int) Libc.call(PWRITE, fd, from.address(), Math.min(bytes, from.byteSize()), position);
  }

  /// Moves up to `bytes` from a pipe to a file at the file's own position without copying,
  /// splice(2).
  public static int splice(int pipe, int file, int bytes) {
    return (int) Libc.call(SPLICE, pipe, 0, file, 0, bytes, SPLICE_F_MOVE_NONBLOCK);
  }

  /// As [#splice(int, int, int)], but writes at `position` and leaves the file's own position
  /// alone.
  public static int splice(int pipe, int file, int bytes, long position) {
    var offset = Libc.scratch();
    offset.set(JAVA_LONG, 0, position);
    return (int) Libc.call(SPLICE, pipe, 0, file, offset.address(), bytes, SPLICE_F_MOVE_NONBLOCK);
  }

  /// Closes; never to be repeated, as the number may already belong to another file.
  public static void close(int fd) {
    Libc.call(CLOSE, fd);
  }

  /// The same file under another number, closed on exec.
  public static int duplicate(int fd) throws SystemCallFailed {
    return SystemCallFailed.check(
        "A second descriptor", Libc.syscall(Arch.CURRENT.fcntl, fd, F_DUPFD_CLOEXEC, 3, 0, 0));
  }

  /// Waits for `events` on one descriptor: those that came, 0 after the timeout. A negative timeout
  /// waits for ever.
  public static int poll(int fd, int events, int timeoutMillis) {
    var entry = Libc.scratch();
    entry.set(JAVA_INT, 0, fd);
    entry.set(JAVA_SHORT, 4, (short) events);
    entry.set(JAVA_SHORT, 6, (short) 0);
    var result = (int) Libc.call(POLL, entry.address(), 1, timeoutMillis);
    if (result == -Errno.EINTR) {
      return 0;
    }
    return result <= 0 ? result : entry.get(JAVA_SHORT, 6);
  }

  /// Opens a file for reading and writing, and makes it with these permissions (0600, say) if it is
  /// missing: a descriptor, closed on exec, or `-errno`.
  public static int create(String path, int permissions) {
    int flags = O_RDWR | O_CREAT | O_CLOEXEC;
    long address = Libc.cString(path).address();
    return (int) Libc.syscall(Arch.CURRENT.openat, AT_FDCWD, address, flags, permissions, 0);
  }

  /// Waits until the file's bytes are on the disk, fdatasync(2): 0, or `-errno`.
  public static int sync(int fd) {
    return (int) Libc.call(SYNC, fd);
  }

  /// Opens below the directory `at` (AT_FDCWD for plain paths), closed on exec.
  static int open(int at, MemorySegment path, int flags) {
    return (int) Libc.syscall(Arch.CURRENT.openat, at, path.address(), flags | O_CLOEXEC, 0, 0);
  }

  static int open(String path, int flags) {
    return open(AT_FDCWD, Libc.cString(path), flags);
  }

  static int openDirectory(String path) {
    return open(path, O_RDONLY | Arch.CURRENT.directoryFlag);
  }

  /// Writes a short ASCII text to a file that exists, such as one of /proc or a cgroup: 0, or
  /// `-errno`.
  static int put(int at, String path, String text) {
    int fd = open(at, Libc.cString(path), O_WRONLY);
    if (fd < 0) {
      return fd;
    }
    var bytes = Libc.cString(text);
    int result = write(fd, bytes, text.length());
    close(fd);
    return Math.min(result, 0);
  }

  static int put(String path, String text) {
    return put(AT_FDCWD, path, text);
  }

  /// The same file under a number of at least 3, closed on exec; the old number is closed if it was
  /// a lower one.
  static int aboveStandard(int fd) {
    if (fd > 2 || fd < 0) {
      return fd;
    }
    var moved = (int) Libc.syscall(Arch.CURRENT.fcntl, fd, F_DUPFD_CLOEXEC, 3, 0, 0);
    close(fd);
    return moved;
  }
}
