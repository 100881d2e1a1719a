package io.millrace.keeper.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/// Listening on a unix socket, and a message to one, unix(7). Nothing here blocks; descriptors are
/// closed on exec. Any thread.
public final class UnixSocket {
  /// Bytes that a path may have, its final NUL not counted.
  public static final int PATH_BYTES = 107;

  private static final int AF_UNIX = 1;
  private static final int STREAM_NONBLOCK_CLOEXEC = 1 | Fd.O_NONBLOCK | Fd.O_CLOEXEC;
  private static final int DATAGRAM_NONBLOCK_CLOEXEC = 2 | Fd.O_NONBLOCK | Fd.O_CLOEXEC;
  private static final int NONBLOCK_CLOEXEC = Fd.O_NONBLOCK | Fd.O_CLOEXEC;
  private static final int BACKLOG = 16;
  private static final int SOL_SOCKET = 1;
  private static final int SO_PEERCRED = 17;

  private static final MemorySegment SOCKET = Libc.function("socket");
  private static final MemorySegment BIND = Libc.function("bind");
  private static final MemorySegment LISTEN = Libc.function("listen");
  private static final MemorySegment ACCEPT = Libc.function("accept4");
  private static final MemorySegment GET_OPTION = Libc.function("getsockopt");
  private static final MemorySegment SEND = Libc.function("send");
  private static final MemorySegment SEND_TO = Libc.function("sendto");
  private static final int MSG_NOSIGNAL = 0x4000;

  private UnixSocket() {}

  /// A descriptor that is ready for reading when somebody connects. The path must not exist.
  public static int listen(String path) throws SystemCallFailed {
    var bytes = bytes(path);
    int fd =
        Fd.aboveStandard(
            SystemCallFailed.check(
                "A socket", Libc.call(SOCKET, AF_UNIX, STREAM_NONBLOCK_CLOEXEC, 0)));
    try (var arena = Arena.ofConfined()) {
      var address = address(arena, bytes);
      SystemCallFailed.check(
          "Binding " + path, Libc.call(BIND, fd, address.address(), 2 + bytes.length + 1));
      SystemCallFailed.check("Listening at " + path, Libc.call(LISTEN, fd, BACKLOG));
      return fd;
    } catch (SystemCallFailed failure) {
      Fd.close(fd);
      throw failure;
    }
  }

  /// Sends one message to a datagram socket that somebody else listens on.
  ///
  /// @param path that begins with `@` for an abstract name, unix(7)
  public static void tell(String path, String message) throws SystemCallFailed {
    var name = bytes(path);
    if (path.startsWith("@")) {
      name[0] = 0;
    }
    int fd =
        (int)
            SystemCallFailed.check(
                "A socket", Libc.call(SOCKET, AF_UNIX, DATAGRAM_NONBLOCK_CLOEXEC, 0));
    try (var arena = Arena.ofConfined()) {
      var text = arena.allocateFrom(message);
      SystemCallFailed.check(
          "Telling " + path,
          Libc.call(
              SEND_TO,
              fd,
              text.address(),
              text.byteSize() - 1,
              MSG_NOSIGNAL,
              address(arena, name).address(),
              2 + name.length));
    } finally {
      Fd.close(fd);
    }
  }

  private static byte[] bytes(String path) throws SystemCallFailed {
    var bytes = path.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > PATH_BYTES) {
      throw new SystemCallFailed(
          "The socket's path has more than " + PATH_BYTES + " bytes: " + path, -Errno.EINVAL);
    }
    return bytes;
  }

  private static MemorySegment address(Arena arena, byte[] name) {
    var address = arena.allocate(2 + PATH_BYTES + 1, 8);
    address.set(JAVA_SHORT, 0, (short) AF_UNIX);
    MemorySegment.copy(name, 0, address, JAVA_BYTE, 2, name.length);
    return address;
  }

  /// The next connection, or `-errno`: `-EAGAIN` when there is none.
  public static int accept(int listening) {
    return Fd.aboveStandard((int) Libc.call(ACCEPT, listening, 0, 0, NONBLOCK_CLOEXEC));
  }

  /// The user that the other side acted as when it connected, or −1.
  public static int peerUid(int connection) {
    return credential(connection, 4);
  }

  /// The process that connected; 0 if it is in no namespace below ours, −1 if nothing is known.
  public static int peerPid(int connection) {
    return credential(connection, 0);
  }

  /// Of `struct ucred`: pid, uid, gid.
  private static int credential(int connection, int offset) {
    try (var arena = Arena.ofConfined()) {
      var credentials = arena.allocate(12, 8);
      var length = arena.allocateFrom(JAVA_INT, 12);
      long result =
          Libc.call(
              GET_OPTION,
              connection,
              SOL_SOCKET,
              SO_PEERCRED,
              credentials.address(),
              length.address(),
              0);
      return result < 0 ? -1 : credentials.get(JAVA_INT, offset);
    }
  }

  /// Sends what fits of the first `bytes` of `from`: how many, or `-errno`. No SIGPIPE comes of it.
  public static int send(int connection, MemorySegment from, int bytes) {
    return (int) Libc.call(SEND, connection, from.address(), bytes, MSG_NOSIGNAL);
  }
}
