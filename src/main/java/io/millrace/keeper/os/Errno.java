package io.millrace.keeper.os;

import java.lang.foreign.MemorySegment;

/// The kernel's reasons for saying no, errno(3): numbers and words. Any thread.
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int ESRCH = 3;
  public static final int EINTR = 4;
  public static final int EIO = 5;
  public static final int E2BIG = 7;
  public static final int ENOEXEC = 8;
  public static final int ECHILD = 10;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int EBUSY = 16;
  public static final int EEXIST = 17;
  public static final int ENOTDIR = 20;
  public static final int EINVAL = 22;
  public static final int EMFILE = 24;
  public static final int ENOTEMPTY = 39;
  public static final int EPIPE = 32;

  private static final MemorySegment NAME = Libc.function("strerrorname_np");
  private static final MemorySegment MESSAGE = Libc.function("strerrordesc_np");

  private Errno() {}

  /// For example `No such file or directory (ENOENT)`.
  public static String describe(int errno) {
    var name = Libc.text(Libc.call(NAME, errno));
    var message = Libc.text(Libc.call(MESSAGE, errno));
    return name.isEmpty() ? "error " + errno : message + " (" + name + ")";
  }
}
