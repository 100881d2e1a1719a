package io.millrace.keeper;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// A server's connection to its keeper. Two threads of its own: one reads news, one writes
/// commands.
///
/// Any thread may send; sending never blocks. When the keeper does not read for so long that very
/// much waits, the connection is closed: everything is told anew on the next one.
public final class KeeperClient implements AutoCloseable {
  private static final int BUFFER_BYTES = 256 << 10;
  private static final int MOST_WAITING_BYTES = 256 << 20;

  private final SocketChannel channel;
  private final Listener listener;
  private final AtomicBoolean closed = new AtomicBoolean();

  /// Frames that wait for the writer, who alone takes them out.
  private final ConcurrentLinkedQueue<byte[]> waiting = new ConcurrentLinkedQueue<>();

  private final AtomicLong waitingBytes = new AtomicLong();

  /// Whether the writer sleeps, or is about to: whoever puts something in then wakes it.
  private volatile boolean writerSleeps;

  private final Thread writer =
      Thread.ofPlatform().daemon().name("keeper-commands").unstarted(this::write);

  /// Hears the keeper, on the client's reader thread. It must not block.
  public interface Listener {
    void onNews(News news);

    /// The connection is over; nothing follows. Without a cause it was closed by
    /// [KeeperClient#close] or by the keeper.
    void onClosed(Optional<Throwable> cause);
  }

  private KeeperClient(SocketChannel channel, Listener listener) {
    this.channel = channel;
    this.listener = listener;
  }

  /// Connects and greets. News may come before this returns.
  ///
  /// @param epoch of the server's life: a keeper turns away an older one than it has seen
  /// @throws IOException when no keeper listens there
  public static KeeperClient connect(Path socket, long epoch, Listener listener)
      throws IOException {
    var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException | RuntimeException unreachable) {
      channel.close();
      throw unreachable;
    }
    var client = new KeeperClient(channel, listener);
    client.send(new Command.Hello(Wire.VERSION, epoch));
    client.writer.start();
    Thread.ofPlatform().daemon().name("keeper-news").start(client::read);
    return client;
  }

  /// Tells the keeper something, some time soon; nothing happens when the connection is over.
  public void send(Command command) {
    if (closed.get()) {
      return;
    }
    var frame = Wire.frame(command);
    if (waitingBytes.addAndGet(frame.length) > MOST_WAITING_BYTES) {
      end(Optional.of(new IOException("the keeper does not read")));
      return;
    }
    waiting.add(frame);
    if (writerSleeps) {
      LockSupport.unpark(writer);
    }
  }

  @Override
  public void close() {
    end(Optional.empty());
  }

  private void write() {
    var batch = ByteBuffer.allocateDirect(BUFFER_BYTES);
    try {
      while (!closed.get()) {
        gather(batch);
        if (batch.position() == 0) {
          sleep();
        } else {
          writeAll(batch.flip());
          batch.clear();
        }
      }
    } catch (IOException broken) {
      end(Optional.of(broken));
    }
  }

  /// Takes as many frames as fit; one that is larger than the whole buffer goes by itself.
  private void gather(ByteBuffer batch) throws IOException {
    for (var next = waiting.peek(); next != null; next = waiting.peek()) {
      if (next.length > batch.remaining()) {
        if (batch.position() == 0) {
          waiting.remove();
          waitingBytes.addAndGet(-next.length);
          writeAll(ByteBuffer.wrap(next));
        }
        return;
      }
      waiting.remove();
      waitingBytes.addAndGet(-next.length);
      batch.put(next);
    }
  }

  private void writeAll(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private void sleep() {
    writerSleeps = true;
    if (waiting.isEmpty() && !closed.get()) {
      LockSupport.park(this);
    }
    writerSleeps = false;
  }

  private void read() {
    var buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    var decoder = Wire.news();
    try {
      while (channel.read(buffer) >= 0) {
        decoder.feed(buffer.flip());
        buffer.clear();
        for (var news = decoder.next(); news.isPresent(); news = decoder.next()) {
          listener.onNews(news.get());
        }
      }
      end(Optional.empty());
    } catch (IOException | Wire.Malformed | RuntimeException broken) {
      end(Optional.of(broken));
    }
  }

  private void end(Optional<Throwable> cause) {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    LockSupport.unpark(writer);
    try {
      channel.close();
    } catch (IOException closing) {
      cause.ifPresent(first -> first.addSuppressed(closing));
    }
    listener.onClosed(cause);
  }
}
