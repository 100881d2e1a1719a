package io.millrace.keeper;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.millrace.keeper.os.Errno;
import io.millrace.keeper.os.Fd;
import io.millrace.keeper.os.SystemCallFailed;
import io.millrace.keeper.os.UnixSocket;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// One server's connection: frames in, frames out, never waiting for either.
///
/// Belongs to the loop. News are gathered and sent once a turn. A server that does not read is cut
/// off when very much waits for it: it is told everything again when it comes back.
final class ServerConnection implements Loop.Owner {
  static final int BUFFER_BYTES = 256 << 10;
  private static final int MOST_WAITING_BYTES = 8 << 20;

  private final Loop loop;
  private final int fd;
  private final BiConsumer<ServerConnection, Command> hear;
  private final Consumer<ServerConnection> lost;
  private final long token;
  private final MemorySegment buffer;
  private final Wire.Decoder<Command> decoder = Wire.commands().forGreeting();
  private Outgoing waiting = new Outgoing();
  private boolean watchesOut;
  private boolean open = true;
  private boolean greeted;

  /// @param buffer of [#BUFFER_BYTES], for any connection between two calls
  ServerConnection(
      Loop loop,
      int fd,
      MemorySegment buffer,
      BiConsumer<ServerConnection, Command> hear,
      Consumer<ServerConnection> lost)
      throws SystemCallFailed {
    this.loop = loop;
    this.fd = fd;
    this.buffer = buffer;
    this.hear = hear;
    this.lost = lost;
    this.token = loop.watch(fd, Fd.IN, this::ready, this);
  }

  boolean isOpen() {
    return open;
  }

  /// Whether it has said nothing sensible yet.
  boolean isStranger() {
    return open && !greeted;
  }

  /// Tells everything anew to a server that comes back.
  @Override
  public void failed(Throwable mistake) {
    KeeperLog.error(
        "a mistake of the keeper's own with a server; the connection is closed", mistake);
    close();
  }

  void tell(News news) {
    if (open) {
      waiting.writeBytes(Wire.frame(news));
      if (waiting.left() > MOST_WAITING_BYTES) {
        flush();
      }
    }
  }

  /// Sends what was told since the last time, as far as it goes.
  void flush() {
    while (open && waiting.left() > 0) {
      int count = waiting.copyTo(buffer);
      int sent = UnixSocket.send(fd, buffer, count);
      if (sent < 0) {
        if (sent != -Errno.EAGAIN || waiting.left() > MOST_WAITING_BYTES) {
          close();
        } else {
          watchOut(true);
        }
        return;
      }
      waiting.sent(sent);
    }
    if (open) {
      watchOut(false);
    }
  }

  void close() {
    if (open) {
      open = false;
      loop.unwatch(fd, token);
      Fd.close(fd);
      waiting = new Outgoing();
      lost.accept(this);
    }
  }

  private void ready(int events) {
    if ((events & Fd.OUT) != 0) {
      flush();
    }
    if (open && (events & ~Fd.OUT) != 0) {
      read();
    }
  }

  private void read() {
    int count = Fd.read(fd, buffer, BUFFER_BYTES);
    if (count == -Errno.EAGAIN) {
      return;
    }
    if (count <= 0) {
      close();
      return;
    }
    try {
      decoder.feed(ByteBuffer.wrap(buffer.asSlice(0, count).toArray(JAVA_BYTE)));
      for (var next = decoder.next(); open && next.isPresent(); next = decoder.next()) {
        greeted = true;
        decoder.greeted();
        hear.accept(this, next.get());
      }
    } catch (Wire.Malformed garbage) {
      KeeperLog.warn("a connection sent what is no command (" + garbage.getMessage() + "): closed");
      close();
    }
  }

  private void watchOut(boolean wanted) {
    if (watchesOut == wanted) {
      return;
    }
    watchesOut = wanted;
    try {
      loop.change(fd, token, wanted ? Fd.IN | Fd.OUT : Fd.IN);
    } catch (SystemCallFailed unwatchable) {
      close();
    }
  }

  /// Bytes that wait, the first `sent` of them gone already.
  private static final class Outgoing extends ByteArrayOutputStream {
    private int sent;

    int left() {
      return count - sent;
    }

    int copyTo(MemorySegment buffer) {
      int length = (int) Math.min(left(), buffer.byteSize());
      MemorySegment.copy(buf, sent, buffer, JAVA_BYTE, 0, length);
      return length;
    }

    void sent(int bytes) {
      sent += bytes;
      if (sent > buf.length / 2 || sent == count) {
        System.arraycopy(buf, sent, buf, 0, left());
        count = left();
        sent = 0;
      }
    }
  }
}
