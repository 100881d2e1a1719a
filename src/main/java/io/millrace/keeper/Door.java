package io.millrace.keeper;

import io.millrace.keeper.os.Errno;
import io.millrace.keeper.os.Fd;
import io.millrace.keeper.os.SystemCallFailed;
import io.millrace.keeper.os.UnixSocket;
import io.millrace.keeper.os.User;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/// The socket at which servers knock: in a private folder of the run directory, one keeper for each
/// data directory.
///
/// A lock in the data directory makes sure of the one; the socket's old file can be removed then.
/// Belongs to the loop.
final class Door implements AutoCloseable {
  private final FileChannel lock;
  private final Path socket;
  private final String cgroupName;
  private final int listening;

  private Door(FileChannel lock, Path socket, String cgroupName, int listening) {
    this.lock = lock;
    this.socket = socket;
    this.cgroupName = cgroupName;
    this.listening = listening;
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
    Files.createDirectories(dataDir.resolve("runs"));
    var lock =
        FileChannel.open(
            Files.createDirectories(dataDir.resolve("keeper")).resolve("lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    if (lock.tryLock() == null) {
      lock.close();
      throw new Taken(dataDir);
    }
    var socket = socket(runDir);
    var folder = socket.getParent();
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    Files.deleteIfExists(socket);
    return new Door(lock, socket, cgroupName(dataDir), UnixSocket.listen(socket.toString()));
  }

  /// Different for every data directory, the same at each start.
  String cgroupName() {
    return cgroupName;
  }

  /// Lets connections in from now on.
  void let(Loop loop, Keeper keeper) throws SystemCallFailed {
    loop.watch(listening, Fd.IN, events -> accept(loop, keeper));
  }

  private void accept(Loop loop, Keeper keeper) {
    int fd = UnixSocket.accept(listening);
    if (fd < 0) {
      if (fd != -Errno.EAGAIN) {
        KeeperLog.warn("a connection could not be taken: " + Errno.describe(-fd));
      }
      return;
    }
    if (UnixSocket.peerUid(fd) != User.effectiveUid()) {
      KeeperLog.warn("a connection of user " + UnixSocket.peerUid(fd) + " was turned away");
      Fd.close(fd);
      return;
    }
    try {
      var unused = new ServerConnection(loop, fd, keeper::hear, keeper::lost);
    } catch (SystemCallFailed noRoom) {
      Fd.close(fd);
    }
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
