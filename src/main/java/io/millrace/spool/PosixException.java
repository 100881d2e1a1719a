package io.millrace.spool;

import java.io.IOException;

/// A system call that failed with `errno` (errno(3)).
final class PosixException extends IOException {
  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int ENOMEM = 12;
  static final int EACCES = 13;
  static final int EEXIST = 17;
  static final int ENOTDIR = 20;
  static final int EISDIR = 21;
  static final int ENFILE = 23;
  static final int EMFILE = 24;
  static final int ENOSPC = 28;
  static final int ELOOP = 40;

  private final String call;
  private final String name;
  private final int errno;

  PosixException(String call, String name, int errno) {
    this.call = call;
    this.name = name;
    this.errno = errno;
  }

  @Override
  public String getMessage() {
    return "%s of %s failed: %s".formatted(call, name, describe(errno));
  }

  /// None: most of these are expected answers (it is there already, it is not there), several in
  /// each run, and the message says which call failed on what.
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }

  int errno() {
    return errno;
  }

  private static String describe(int errno) {
    return switch (errno) {
      case ENOENT -> "no such file or directory";
      case EACCES -> "permission denied";
      case EEXIST -> "it exists already";
      case ENOTDIR -> "not a directory";
      case EISDIR -> "it is a directory";
      case EMFILE, ENFILE -> "too many open files";
      case ENOSPC -> "no space left on the device";
      case ELOOP -> "it is a symbolic link";
      default -> "errno " + errno;
    };
  }
}
