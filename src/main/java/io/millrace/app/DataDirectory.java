package io.millrace.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// The data directory and the run directory, ours alone while this object is open.
///
/// Both must belong to the user the service runs as and be writable by nobody else: what lies in
/// them is trusted at the next start. They can be passed through by others (0711), because a script
/// that runs as another user must reach its own file below them.
public final class DataDirectory implements AutoCloseable {
  private static final Set<PosixFilePermission> PASSABLE =
      PosixFilePermissions.fromString("rwx--x--x");
  private static final String MARK = "millrace-data";

  private final Path data;
  private final Path run;
  private final FileChannel lock;

  private DataDirectory(Path data, Path run, FileChannel lock) {
    this.data = data;
    this.run = run;
    this.lock = lock;
  }

  /// Makes or checks both directories and locks them against a second server.
  ///
  /// @throws StartRefused when a directory is not ours to use, or in use
  public static DataDirectory open(Path data, Path run) {
    make(data, run);
    try {
      return new DataDirectory(data, run, lock(data));
    } catch (IOException failure) {
      throw unusable(data, run, failure);
    }
  }

  /// Makes or checks both directories; whoever serves from them is left alone.
  ///
  /// @throws StartRefused when a directory is not ours to use
  public static void make(Path data, Path run) {
    try {
      prepare(data, "--data-dir");
      var mark = data.resolve(MARK);
      if (!Files.exists(mark)) {
        requireEmpty(data);
        Files.writeString(mark, "This folder belongs to Millrace. Format 1.\n");
      }
      prepare(run, "--run-dir");
      prepare(runs(data), "--data-dir");
    } catch (IOException failure) {
      throw unusable(data, run, failure);
    }
  }

  private static StartRefused unusable(Path data, Path run, IOException failure) {
    return new StartRefused(
        "The data directory %s or the run directory %s cannot be used: %s. Name others with --data-dir and --run-dir."
            .formatted(data, run, failure),
        failure);
  }

  public Path data() {
    return data;
  }

  public Path run() {
    return run;
  }

  /// Where the spool keeps what is too large for memory.
  static Path runs(Path data) {
    return data.resolve("runs");
  }

  private static void prepare(Path directory, String option) throws IOException {
    Files.createDirectories(directory.getParent());
    try {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(PASSABLE));
      Files.setPosixFilePermissions(directory, PASSABLE);
    } catch (FileAlreadyExistsException existing) {
      requireOurs(directory, option);
    }
  }

  private static void requireOurs(Path directory, String option) throws IOException {
    var facts =
        Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!facts.isDirectory()) {
      throw new StartRefused(
          directory + " is not a directory. Name another one with " + option + ".");
    }
    var me = Files.getOwner(Path.of("/proc/self"));
    if (!facts.owner().equals(me)) {
      throw new StartRefused(
          "%s belongs to %s, and the service runs as %s. Name another one with %s, or start as %s."
              .formatted(directory, facts.owner(), me, option, facts.owner()));
    }
    if (facts.permissions().contains(PosixFilePermission.OTHERS_WRITE)
        || facts.permissions().contains(PosixFilePermission.GROUP_WRITE)) {
      throw new StartRefused(
          "%s can be written by others (%s): what lies there would be trusted. Run 'chmod go-w %s', or name another one with %s."
              .formatted(
                  directory,
                  PosixFilePermissions.toString(facts.permissions()),
                  directory,
                  option));
    }
  }

  private static void requireEmpty(Path data) throws IOException {
    try (var entries = Files.list(data)) {
      var stranger = entries.filter(path -> !path.endsWith("lock")).findFirst();
      if (stranger.isPresent()) {
        throw new StartRefused(
            "%s is not a data directory of Millrace, and not empty (it holds %s). Name another one with --data-dir."
                .formatted(data, stranger.get().getFileName()));
      }
    }
  }

  private static FileChannel lock(Path data) throws IOException {
    var channel =
        FileChannel.open(data.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException sameProcess) {
      // Refused below like any other second server.
    }
    channel.close();
    throw new StartRefused(
        "Another millrace serves from "
            + data
            + ". Stop that one first, or give this one a folder of its own with --data-dir.");
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
