package io.millrace.keeper;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

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

  /// Frames that wait for the writer; guarded by `lock`.
  private ByteBuffer waiting = ByteBuffer.allocate(BUFFER_BYTES);

  /// The buffer that the writer has emptied; the writer's own.
  private ByteBuffer spare = ByteBuffer.allocate(BUFFER_BYTES);

  private final Object lock = new Object();

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
    Thread.ofPlatform().daemon().name("keeper-commands").start(client::write);
    Thread.ofPlatform().daemon().name("keeper-news").start(client::read);
    return client;
  }

  /// Tells the keeper something, some time soon; nothing happens when the connection is over.
  public void send(Command command) {
    var frame = Wire.frame(command);
    synchronized (lock) {
      if (waiting.position() + frame.length > MOST_WAITING_BYTES) {
        end(Optional.of(new IOException("the keeper does not read")));
        return;
      }
      if (waiting.remaining() < frame.length) {
        var larger = ByteBuffer.allocate(2 * (waiting.position() + frame.length));
        larger.put(waiting.flip());
        waiting = larger;
      }
      waiting.put(frame);
      lock.notifyAll();
    }
  }

  @Override
  public void close() {
    end(Optional.empty());
  }

  private void write() {
    try {
      for (var batch = next(); batch != null; batch = next()) {
        while (batch.hasRemaining()) {
          channel.write(batch);
        }
        spare = batch.clear();
      }
    } catch (IOException broken) {
      end(Optional.of(broken));
    } catch (InterruptedException stopped) {
      end(Optional.of(stopped));
    }
  }

  /// Waits for commands and takes all of them; null when the connection is over.
  private @Nullable ByteBuffer next() throws InterruptedException {
    synchronized (lock) {
      while (waiting.position() == 0 && !closed.get()) {
        lock.wait();
      }
      if (closed.get()) {
        return null;
      }
      var batch = waiting.flip();
      waiting = spare;
      return batch;
    }
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
    synchronized (lock) {
      lock.notifyAll();
    }
    try {
      channel.close();
    } catch (IOException closing) {
      cause.ifPresent(first -> first.addSuppressed(closing));
    }
    listener.onClosed(cause);
  }
}
