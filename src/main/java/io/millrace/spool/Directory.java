package io.millrace.spool;

import static io.millrace.spool.Posix.O_CREAT;
import static io.millrace.spool.Posix.O_DIRECTORY;
import static io.millrace.spool.Posix.O_EXCL;
import static io.millrace.spool.Posix.O_NOFOLLOW;
import static io.millrace.spool.Posix.O_NONBLOCK;
import static io.millrace.spool.Posix.O_RDONLY;
import static io.millrace.spool.Posix.O_WRONLY;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// An open directory: whatever becomes of its name meanwhile, all that is done here is done in it,
/// and no link is followed.
///
/// One thread, with the scratch it was opened with.
final class Directory implements AutoCloseable {
  private static final int ENTRIES_BYTES = 8 << 10;
  private static final int NAME_OFFSET = 19;
  private static final int DEEPEST = 64;
  private static final int OWN_MODE = 0700;

  private final Scratch scratch;
  private final int descriptor;

  /// Whether something was moved here while it was cleared.
  private boolean lifted;

  private Directory(Scratch scratch, int descriptor) {
    this.scratch = scratch;
    this.descriptor = descriptor;
  }

  /// Fails if it is missing, a link or no directory.
  static Directory open(Scratch scratch, Path path) throws PosixException {
    return open(scratch, Posix.AT_FDCWD, path.toString());
  }

  /// Empty if it is missing, a link or no directory, or somebody else's that is closed to us. One
  /// of ours that a script has closed is opened again.
  static Optional<Directory> find(Scratch scratch, Path path) throws PosixException {
    try {
      return Optional.of(openClosed(scratch, Posix.AT_FDCWD, path.toString()));
    } catch (PosixException failure) {
      return switch (failure.errno()) {
        case PosixException.ENOENT,
            PosixException.ENOTDIR,
            PosixException.ELOOP,
            PosixException.EACCES,
            PosixException.EPERM ->
            Optional.empty();
        default -> throw failure;
      };
    }
  }

  /// Opens it, made with `mode` if it was not there.
  static Directory make(Scratch scratch, Path path, int mode) throws PosixException {
    try {
      Posix.mkdirat(scratch, Posix.AT_FDCWD, path.toString(), mode);
    } catch (PosixException failure) {
      if (failure.errno() != PosixException.EEXIST) {
        throw failure;
      }
    }
    return openClosed(scratch, Posix.AT_FDCWD, path.toString());
  }

  /// A new, empty file. What somebody else put under its name goes first.
  int createFile(String name, int mode) throws PosixException {
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
    try {
      return Posix.openat(scratch, descriptor, name, flags, mode);
    } catch (PosixException failure) {
      if (failure.errno() != PosixException.EEXIST) {
        throw failure;
      }
      remove(name);
      return Posix.openat(scratch, descriptor, name, flags, mode);
    }
  }

  /// A file that is there, to be written over. Fails if it is no regular one, or has a second name
  /// somewhere.
  int openToWrite(String name) throws PosixException {
    int file = Posix.openat(scratch, descriptor, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK, 0);
    var status = Posix.status(scratch, file);
    if (!status.isRegular() || status.links() != 1) {
      Posix.close(scratch, file);
      throw new PosixException("reuse", name, PosixException.EEXIST);
    }
    return file;
  }

  /// Over whatever has the new name.
  void rename(String from, String to) throws PosixException {
    Posix.renameat(scratch, descriptor, from, descriptor, to);
  }

  /// A regular file to read from. Pipes, links, devices and missing ones are empty.
  Optional<Integer> openFile(String name) throws PosixException {
    int file;
    try {
      file = Posix.openat(scratch, descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
    } catch (PosixException failure) {
      return unreadable(failure);
    }
    if (Posix.status(scratch, file).isRegular()) {
      return Optional.of(file);
    }
    Posix.close(scratch, file);
    return Optional.empty();
  }

  private static Optional<Integer> unreadable(PosixException failure) throws PosixException {
    return switch (failure.errno()) {
      case PosixException.EMFILE, PosixException.ENFILE, PosixException.ENOMEM -> throw failure;
      default -> Optional.empty();
    };
  }

  /// Makes sure that the names in it survive a power cut.
  void sync() throws PosixException {
    Posix.fsync(scratch, descriptor);
  }

  /// Nothing, if the directory has been removed since it was opened.
  void forEachName(Consumer<String> action) throws PosixException {
    var entries = scratch.allocate(ENTRIES_BYTES);
    for (long filled; (filled = list(entries)) > 0; ) {
      for (long at = 0; at < filled; at += entries.get(ValueLayout.JAVA_SHORT_UNALIGNED, at + 16)) {
        var name = entries.getString(at + NAME_OFFSET);
        if (!name.equals(".") && !name.equals("..")) {
          action.accept(name);
        }
      }
    }
  }

  private long list(MemorySegment entries) throws PosixException {
    try {
      return Posix.getdents(scratch, descriptor, entries);
    } catch (PosixException failure) {
      if (failure.errno() != PosixException.ENOENT) {
        throw failure;
      }
      return 0;
    }
  }

  /// Removes the entry, with all that is in it. Nothing there is fine.
  void remove(String name) throws PosixException {
    if (!isUnlinked(name)) {
      boolean again = true;
      while (again) {
        try (var top = openClosed(scratch, descriptor, name)) {
          top.clear(DEEPEST, top);
          again = top.lifted;
        }
      }
      Posix.unlinkat(scratch, descriptor, name, Posix.AT_REMOVEDIR);
    }
  }

  /// Whether nothing is there any more; false for a directory.
  private boolean isUnlinked(String name) throws PosixException {
    try {
      Posix.unlinkat(scratch, descriptor, name, 0);
    } catch (PosixException failure) {
      switch (failure.errno()) {
        case PosixException.ENOENT -> {}
        case PosixException.EISDIR -> {
          return false;
        }
        default -> throw failure;
      }
    }
    return true;
  }

  /// @param top where what lies too deep is lifted to, to go with a later look at that
  private void removeBelow(String name, int depth, Directory top) throws PosixException {
    if (isUnlinked(name)) {
      return;
    }
    if (depth == 0) {
      Posix.chmodat(scratch, descriptor, name, OWN_MODE);
      Posix.renameat(scratch, descriptor, name, top.descriptor, "lifted-" + System.nanoTime());
      top.lifted = true;
      return;
    }
    try (var inner = openClosed(scratch, descriptor, name)) {
      inner.clear(depth - 1, top);
    }
    Posix.unlinkat(scratch, descriptor, name, Posix.AT_REMOVEDIR);
  }

  /// Opens a directory even if its own mode forbids that.
  private static Directory openClosed(Scratch scratch, int parent, String name)
      throws PosixException {
    try {
      return open(scratch, parent, name);
    } catch (PosixException failure) {
      if (failure.errno() != PosixException.EACCES) {
        throw failure;
      }
      Posix.chmodat(scratch, parent, name, OWN_MODE);
      return open(scratch, parent, name);
    }
  }

  private void clear(int depth, Directory top) throws PosixException {
    List<String> names = new ArrayList<>();
    forEachName(names::add);
    for (var name : names) {
      try {
        removeBelow(name, depth, top);
      } catch (PosixException failure) {
        if (failure.errno() != PosixException.EACCES) {
          throw failure;
        }
        Posix.fchmod(scratch, descriptor, OWN_MODE);
        removeBelow(name, depth, top);
      }
    }
  }

  int descriptor() {
    return descriptor;
  }

  @Override
  public void close() {
    Posix.close(scratch, descriptor);
  }

  private static Directory open(Scratch scratch, int parent, String name) throws PosixException {
    return new Directory(
        scratch, Posix.openat(scratch, parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0));
  }
}
