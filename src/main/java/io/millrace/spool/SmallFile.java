package io.millrace.spool;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// Files that are written at once and read at once.
final class SmallFile {
  private SmallFile() {}

  /// Makes the file anew; when that fails, there is none.
  ///
  /// @param owner whose it becomes; empty is ours
  static void write(
      Scratch scratch,
      Directory directory,
      String name,
      byte[] content,
      int mode,
      Optional<Owner> owner)
      throws PosixException {
    int file = directory.createFile(name, mode);
    try {
      if (owner.isPresent()) {
        Posix.fchown(scratch, file, owner.get().uid(), owner.get().gid());
      }
      var source = scratch.allocate(content.length);
      MemorySegment.copy(content, 0, source, ValueLayout.JAVA_BYTE, 0, content.length);
      for (long at = 0; at < content.length; ) {
        at += Posix.pwrite(scratch, file, source.asSlice(at), content.length - at, at);
      }
    } catch (PosixException failure) {
      directory.remove(name);
      throw failure;
    } finally {
      Posix.close(scratch, file);
    }
  }

  /// The first `maxBytes` bytes of a regular file; empty if there is none.
  static Optional<byte[]> read(Scratch scratch, Directory directory, String name, int maxBytes)
      throws PosixException {
    var opened = directory.openFile(name);
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    int file = opened.get();
    try {
      long size = Math.min(maxBytes, Posix.status(scratch, file).size());
      return Optional.of(read(scratch, file, (int) size, 0));
    } finally {
      Posix.close(scratch, file);
    }
  }

  /// At most `maxBytes` bytes from `position` on.
  static byte[] read(Scratch scratch, int file, int maxBytes, long position) throws PosixException {
    var target = scratch.allocate(maxBytes);
    long at = 0;
    while (at < maxBytes) {
      long read = Posix.pread(scratch, file, target.asSlice(at), maxBytes - at, position + at);
      if (read == 0) {
        break;
      }
      at += read;
    }
    return target.asSlice(0, at).toArray(ValueLayout.JAVA_BYTE);
  }
}
