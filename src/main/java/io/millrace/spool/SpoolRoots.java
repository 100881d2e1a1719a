package io.millrace.spool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/// The two folders in which run directories lie: what is small in memory, what is large on disk.
/// They may be the same.
public record SpoolRoots(Path memory, Path disk) {
  private static final int SHARED_MODE = 0711;
  private static final int WRITABLE_BY_OTHERS = 022;

  public SpoolRoots {
    memory = memory.toAbsolutePath().normalize();
    disk = disk.toAbsolutePath().normalize();
  }

  /// The roots, one if they are the same.
  List<Path> all() {
    return memory.equals(disk) ? List.of(memory) : List.of(memory, disk);
  }

  /// Makes both folders, open for passing through: a script of another user must reach its own
  /// directory.
  ///
  /// Fails if one of them is not ours alone to write, which matters in `/dev/shm`, where anybody
  /// can make it first.
  public void make() throws IOException {
    for (var root : all()) {
      makeOne(root);
    }
  }

  /// Whether nobody has taken them away.
  public boolean arePresent() {
    return all().stream().allMatch(root -> Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS));
  }

  private static void makeOne(Path root) throws IOException {
    if (root.getParent() != null) {
      Files.createDirectories(root.getParent());
    }
    try (var scratch = new Scratch();
        var directory = Directory.make(scratch, root, SHARED_MODE)) {
      var status = Posix.status(scratch, directory.descriptor());
      int me = Posix.userId();
      if (status.uid() != me || (status.mode() & WRITABLE_BY_OTHERS) != 0) {
        throw new IOException(
            "%s belongs to user %d with mode %o, but run directories need a folder that only user %d can write. Remove it or choose another one."
                .formatted(root, status.uid(), status.mode() & 07777, me));
      }
      Posix.fchmod(scratch, directory.descriptor(), SHARED_MODE);
    }
  }
}
