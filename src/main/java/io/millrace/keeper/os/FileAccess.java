package io.millrace.keeper.os;

import java.lang.foreign.MemorySegment;

/// What this process may do with a path, as the effective user, faccessat(2): 0 or `-errno`. Any
/// thread.
///
/// java.nio.file would refuse names that the locale cannot spell.
final class FileAccess {
  private static final int AT_FDCWD = -100;
  private static final int AT_EACCESS = 0x200;
  private static final int EXECUTE = 1;
  private static final MemorySegment ACCESS = Libc.function("faccessat");

  private FileAccess() {}

  static int mayEnter(String directory) {
    return mayExecute(directory);
  }

  static int mayExecute(String path) {
    return (int) Libc.call(ACCESS, AT_FDCWD, Libc.cString(path).address(), EXECUTE, AT_EACCESS);
  }
}
