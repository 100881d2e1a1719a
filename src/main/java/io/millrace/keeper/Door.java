package io.millrace.keeper;

import io.millrace.keeper.os.Errno;
import io.millrace.keeper.os.Fd;
import io.millrace.keeper.os.Processes;
import io.millrace.keeper.os.SystemCallFailed;
import io.millrace.keeper.os.UnixSocket;
import io.millrace.keeper.os.User;
import io.millrace.spool.SpoolRoots;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The socket at which servers knock: in a private folder of the run directory, one keeper for each
/// data directory.
///
/// A lock in the data directory makes sure of the one; the socket's old file can be removed then.
/// Only processes of the keeper's own user get in, and none that a run has started. Belongs to the
/// loop.
final class Door implements AutoCloseable {
  /// Connections that have not greeted: one more, and the oldest goes.
  private static final int MOST_STRANGERS = 8;

  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final FileChannel lock;
  private final SpoolRoots roots;
  private final Path socket;
  private final String cgroupName;
  private final MemorySegment buffer = Arena.ofAuto().allocate(ServerConnection.BUFFER_BYTES);
  private final ArrayDeque<ServerConnection> strangers = new ArrayDeque<>();
  private int listening;
  private long token;

  /// Device and inode of the socket's file, to see when it is no longer ours.
  private @Nullable Object file;

  private int turnedAway;
  private long complainedNanos = System.nanoTime() - LOOK.toNanos();

  private Door(FileChannel lock, SpoolRoots roots, Path socket, String cgroupName) {
    this.lock = lock;
    this.roots = roots;
    this.socket = socket;
    this.cgroupName = cgroupName;
  }

  /// There is a keeper for this data directory already.
  static final class Taken extends IOException {
    private static final long serialVersionUID = 1;

    Taken(Path dataDir) {
      super("another keeper serves " + dataDir);
    }
  }

  /// Where the socket of a keeper with this run directory is.
  static Path socket(Path runDir) {
    return runDir.resolve("keeper").resolve("socket");
  }

  static Door open(Path runDir, Path dataDir) throws IOException {
    var lock =
        FileChannel.open(
            Files.createDirectories(dataDir.resolve("keeper")).resolve("lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    if (lock.tryLock() == null) {
      lock.close();
      throw new Taken(dataDir);
    }
    var roots = new SpoolRoots(runDir, dataDir.resolve("runs"));
    var door = new Door(lock, roots, socket(runDir), cgroupName(dataDir));
    door.hang();
    return door;
  }

  /// Makes the socket, over whatever has its name, and the folders that are missing.
  private void hang() throws IOException {
    roots.make();
    var folder = Objects.requireNonNull(socket.getParent());
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    Files.deleteIfExists(socket);
    listening = UnixSocket.listen(socket.toString());
    file = fileNow();
  }

  /// Different for every data directory, the same at each start.
  String cgroupName() {
    return cgroupName;
  }

  /// Lets connections in from now on.
  void let(Loop loop, Processes processes, Keeper keeper) throws SystemCallFailed {
    watch(loop, processes, keeper);
    loop.after(LOOK, () -> look(loop, processes, keeper), this::failed);
  }

  private void watch(Loop loop, Processes processes, Keeper keeper) throws SystemCallFailed {
    token = loop.watch(listening, Fd.IN, events -> accept(loop, processes, keeper), this::failed);
  }

  /// Scripts of the same user may remove the folders and the socket's file, or put another in its
  /// place: a server that comes back must find it all the same.
  private void look(Loop loop, Processes processes, Keeper keeper) {
    loop.after(LOOK, () -> look(loop, processes, keeper), this::failed);
    if (file != null && file.equals(fileNow()) && roots.arePresent()) {
      return;
    }
    KeeperLog.warn(socket + " or a folder was removed or replaced: it is made anew");
    int before = listening;
    try {
      hang();
    } catch (IOException | RuntimeException notNow) {
      KeeperLog.warn(socket + " cannot be made: " + notNow + "; next try in a second");
      return;
    }
    loop.unwatch(before, token);
    Fd.close(before);
    try {
      watch(loop, processes, keeper);
    } catch (SystemCallFailed noRoom) {
      file = null;
    }
  }

  private @Nullable Object fileNow() {
    try {
      return Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .fileKey();
    } catch (IOException gone) {
      return null;
    }
  }

  private void accept(Loop loop, Processes processes, Keeper keeper) {
    int fd = UnixSocket.accept(listening);
    if (fd == -Errno.EAGAIN) {
      return;
    }
    if (fd < 0) {
      KeeperLog.warn("a connection could not be taken: " + Errno.describe(-fd));
      rest(loop, processes, keeper);
      return;
    }
    if (!mayEnter(fd, processes)) {
      Fd.close(fd);
      return;
    }
    try {
      strangers.removeIf(known -> !known.isStranger());
      if (strangers.size() >= MOST_STRANGERS) {
        strangers.remove().close();
      }
      strangers.add(new ServerConnection(loop, fd, buffer, keeper::hear, keeper::lost));
    } catch (SystemCallFailed noRoom) {
      Fd.close(fd);
    }
  }

  private boolean mayEnter(int fd, Processes processes) {
    int uid = UnixSocket.peerUid(fd);
    if (uid != User.effectiveUid()) {
      return turnAway("user " + uid);
    }
    int pid = UnixSocket.peerPid(fd);
    boolean isScript =
        pid != 0 && pid != ProcessHandle.current().pid() && processes.comesFromHere(pid);
    return !isScript || turnAway("process " + pid + " of a run");
  }

  /// Says so once a second at most.
  private boolean turnAway(String whom) {
    turnedAway++;
    if (System.nanoTime() - complainedNanos >= LOOK.toNanos()) {
      complainedNanos = System.nanoTime();
      KeeperLog.warn("a connection of " + whom + " was turned away (" + turnedAway + " so far)");
    }
    return false;
  }

  /// Who waits at the door waits on; to look again at once would be all that the keeper does.
  private void rest(Loop loop, Processes processes, Keeper keeper) {
    loop.unwatch(listening, token);
    loop.after(
        PAUSE,
        () -> {
          try {
            watch(loop, processes, keeper);
          } catch (SystemCallFailed noRoom) {
            file = null;
          }
        },
        this::failed);
  }

  private void failed(Throwable mistake) {
    KeeperLog.error("a mistake of the keeper's own at " + socket, mistake);
  }

  private static String cgroupName(Path dataDir) {
    var checksum = new CRC32C();
    checksum.update(dataDir.toString().getBytes(StandardCharsets.UTF_8));
    return "millrace-" + HexFormat.of().toHexDigits((int) checksum.getValue());
  }

  @Override
  public void close() throws IOException {
    Fd.close(listening);
    Files.deleteIfExists(socket);
    lock.close();
  }
}
