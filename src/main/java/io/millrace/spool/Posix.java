package io.millrace.spool;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The file calls that `java.nio` does not have: relative to an open directory, never through a
/// link, never waiting for the other side of a pipe. Half the user time of a `FileChannel`, too.
final class Posix {
  static final int AT_FDCWD = -100;

  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
  static final int O_RDONLY = 0;
  static final int O_WRONLY = 1;
  static final int O_CREAT = 0100;
  static final int O_EXCL = 0200;
  static final int O_NONBLOCK = 04000;
  static final int O_CLOEXEC = 02000000;
  static final int O_DIRECTORY = ARM ? 040000 : 0200000;
  static final int O_NOFOLLOW = ARM ? 0100000 : 0400000;
  static final int AT_REMOVEDIR = 0x200;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_BASIC_STATS = 0x7ff;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final FunctionDescriptor NAMED =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final FunctionDescriptor POSITIONED =
      FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle OPENAT =
      handle(
          "openat",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
          Linker.Option.firstVariadicArg(3));
  private static final MethodHandle MKDIRAT = handle("mkdirat", NAMED);
  private static final MethodHandle UNLINKAT = handle("unlinkat", NAMED);
  private static final MethodHandle RENAMEAT =
      handle("renameat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));
  private static final MethodHandle FCHMODAT =
      handle("fchmodat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
  private static final MethodHandle FCHMOD =
      handle("fchmod", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle GETEUID = handle("geteuid", FunctionDescriptor.of(JAVA_INT));
  private static final MethodHandle PREAD = handle("pread", POSITIONED);
  private static final MethodHandle PWRITE = handle("pwrite", POSITIONED);
  private static final MethodHandle FTRUNCATE =
      handle("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle FCHOWN =
      handle("fchown", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle FSYNC =
      handle("fsync", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle CLOSE =
      handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle GETDENTS =
      handle("getdents64", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle STATX =
      handle(
          "statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));

  private Posix() {}

  /// What statx(2) tells of an open file.
  record Status(int links, int uid, int mode, long size) {
    boolean isRegular() {
      return (mode & 0170000) == 0100000;
    }
  }

  static int openat(Scratch scratch, int directory, String name, int flags, int mode)
      throws PosixException {
    try {
      return checked(
          scratch,
          "open",
          name,
          (int)
              OPENAT.invokeExact(
                  scratch.state(), directory, scratch.name(name), flags | O_CLOEXEC, mode));
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  static void mkdirat(Scratch scratch, int directory, String name, int mode) throws PosixException {
    try {
      checked(
          scratch,
          "mkdir",
          name,
          (int) MKDIRAT.invokeExact(scratch.state(), directory, scratch.name(name), mode));
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  static void unlinkat(Scratch scratch, int directory, String name, int flags)
      throws PosixException {
    try {
      checked(
          scratch,
          "unlink",
          name,
          (int) UNLINKAT.invokeExact(scratch.state(), directory, scratch.name(name), flags));
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  /// Over whatever has the new name.
  static void renameat(Scratch scratch, int directory, String from, int target, String to)
      throws PosixException {
    var second = scratch.record();
    second.setString(0, to);
    try {
      checked(
          scratch,
          "rename",
          from,
          (int)
              RENAMEAT.invokeExact(scratch.state(), directory, scratch.name(from), target, second));
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  static void chmodat(Scratch scratch, int directory, String name, int mode) throws PosixException {
    try {
      checked(
          scratch,
          "chmod",
          name,
          (int) FCHMODAT.invokeExact(scratch.state(), directory, scratch.name(name), mode, 0));
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  static void fchmod(Scratch scratch, int file, int mode) throws PosixException {
    try {
      checked(scratch, "chmod", (int) FCHMOD.invokeExact(scratch.state(), file, mode));
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  /// The user as whom this process acts.
  static int userId() {
    try (var scratch = new Scratch()) {
      return (int) GETEUID.invokeExact(scratch.state());
    } catch (Throwable failure) {
      throw new IllegalStateException("geteuid", failure);
    }
  }

  /// At most `count` bytes; 0 at the end of the file.
  static long pread(Scratch scratch, int file, MemorySegment target, long count, long position)
      throws PosixException {
    try {
      long read = (long) PREAD.invokeExact(scratch.state(), file, target, count, position);
      return checked(scratch, "read", read);
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  /// At most `count` bytes of `source`.
  static long pwrite(Scratch scratch, int file, MemorySegment source, long count, long position)
      throws PosixException {
    try {
      long written = (long) PWRITE.invokeExact(scratch.state(), file, source, count, position);
      return checked(scratch, "write", written);
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  static void ftruncate(Scratch scratch, int file, long size) throws PosixException {
    try {
      checked(scratch, "truncate", (int) FTRUNCATE.invokeExact(scratch.state(), file, size));
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  static void fchown(Scratch scratch, int file, int uid, int gid) throws PosixException {
    try {
      checked(scratch, "chown", (int) FCHOWN.invokeExact(scratch.state(), file, uid, gid));
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  static void fsync(Scratch scratch, int file) throws PosixException {
    try {
      checked(scratch, "fsync", (int) FSYNC.invokeExact(scratch.state(), file));
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  /// The descriptor is free afterwards, whatever close(2) answers.
  static void close(Scratch scratch, int file) {
    try {
      int ignored = (int) CLOSE.invokeExact(scratch.state(), file);
    } catch (Throwable failure) {
      throw new IllegalStateException("close of descriptor " + file, failure);
    }
  }

  /// Fills `target` with entries (getdents(2)); 0 after the last.
  static long getdents(Scratch scratch, int directory, MemorySegment target) throws PosixException {
    try {
      long read =
          (long) GETDENTS.invokeExact(scratch.state(), directory, target, target.byteSize());
      return checked(scratch, "read directory", read);
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  static Status status(Scratch scratch, int file) throws PosixException {
    var target = scratch.record();
    try {
      checked(
          scratch,
          "stat",
          (int)
              STATX.invokeExact(
                  scratch.state(),
                  file,
                  scratch.name(""),
                  AT_EMPTY_PATH,
                  STATX_BASIC_STATS,
                  target));
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
    return new Status(
        target.get(JAVA_INT, 16),
        target.get(JAVA_INT, 20),
        target.get(JAVA_SHORT, 28) & 0xffff,
        target.get(JAVA_LONG, 40));
  }

  private static MethodHandle handle(
      String name, FunctionDescriptor type, Linker.Option... options) {
    var all = new Linker.Option[options.length + 1];
    System.arraycopy(options, 0, all, 0, options.length);
    all[options.length] = Linker.Option.captureCallState("errno");
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, all);
  }

  /// Whether the path is there at this moment; a link counts as such.
  static boolean exists(Scratch scratch, String path) {
    try {
      return (int)
              STATX.invokeExact(
                  scratch.state(),
                  AT_FDCWD,
                  scratch.name(path),
                  AT_SYMLINK_NOFOLLOW,
                  STATX_BASIC_STATS,
                  scratch.record())
          == 0;
    } catch (Throwable failure) {
      throw new IllegalStateException("statx of " + path, failure);
    }
  }

  private static int checked(Scratch scratch, String call, String name, int result)
      throws PosixException {
    if (result < 0) {
      throw new PosixException(call, name, scratch.errno());
    }
    return result;
  }

  private static long checked(Scratch scratch, String call, long result) throws PosixException {
    if (result < 0) {
      throw new PosixException(call, "an open file", scratch.errno());
    }
    return result;
  }

  private static PosixException rethrown(Throwable failure) {
    return switch (failure) {
      case PosixException expected -> expected;
      case RuntimeException bug -> throw bug;
      case Error error -> throw error;
      default -> throw new IllegalStateException(failure);
    };
  }
}
