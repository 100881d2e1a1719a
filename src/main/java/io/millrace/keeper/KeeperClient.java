package io.millrace.keeper;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A server's connection to its keeper. Two threads of its own: one reads news, one writes
/// commands.
///
/// Any thread may send; sending never blocks. When the keeper does not read for so long that very
/// much waits, the connection is closed: everything is told anew on the next one.
public final class KeeperClient implements AutoCloseable {
  private static final int BUFFER_BYTES = 256 << 10;
  private static final int MOST_WAITING_BYTES = 64 << 20;
  private static final long LAST_WORDS_MILLIS = 1000;

  private final SocketChannel channel;
  private final Listener listener;
  private final long mostWaitingBytes;

  /// Why it is over; null as long as it is not.
  private final AtomicReference<@Nullable Optional<Throwable>> ended = new AtomicReference<>();

  /// Whether the writer shall stop when nothing waits any more.
  private volatile boolean closing;

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
    /// [KeeperClient#close].
    void onClosed(Optional<Throwable> cause);
  }

  private KeeperClient(SocketChannel channel, Listener listener, long mostWaitingBytes) {
    this.channel = channel;
    this.listener = listener;
    this.mostWaitingBytes = mostWaitingBytes;
  }

  /// Connects and greets. News may come before this returns.
  ///
  /// @param epoch of the server's life: a keeper turns away an older one than it has seen
  /// @throws IOException when no keeper listens there
  /// @throws OutOfMemoryError when the system gives no more threads; nothing is left open then
  public static KeeperClient connect(Path socket, long epoch, Listener listener)
      throws IOException {
    return connect(socket, epoch, listener, MOST_WAITING_BYTES);
  }

  /// @param mostWaitingBytes for a keeper that does not read; one more ends the connection
  static KeeperClient connect(Path socket, long epoch, Listener listener, long mostWaitingBytes)
      throws IOException {
    var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException | RuntimeException unreachable) {
      channel.close();
      throw unreachable;
    }
    var client = new KeeperClient(channel, listener, mostWaitingBytes);
    client.send(new Command.Hello(Wire.VERSION, epoch));
    client.begin();
    return client;
  }

  /// Starts both threads, or none: a keeper would take a server for one that hears it.
  private void begin() {
    try {
      writer.start();
      Thread.ofPlatform().daemon().name("keeper-news").start(this::read);
    } catch (RuntimeException | Error noThread) {
      end(Optional.of(noThread));
      throw noThread;
    }
  }

  /// Tells the keeper something, some time soon; nothing happens when the connection is over.
  public void send(Command command) {
    if (isOver()) {
      return;
    }
    var frame = Wire.frame(command);
    if (waitingBytes.addAndGet(frame.length) > mostWaitingBytes) {
      end(Optional.of(new IOException("the keeper does not read")));
      return;
    }
    waiting.add(frame);
    if (writerSleeps) {
      LockSupport.unpark(writer);
    }
  }

  /// What was sent before still goes out, unless the keeper does not take it within a second.
  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(writer);
    try {
      writer.join(LAST_WORDS_MILLIS);
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
    end(Optional.empty());
  }

  private boolean isOver() {
    return ended.get() != null;
  }

  private void write() {
    try {
      var batch = ByteBuffer.allocateDirect(BUFFER_BYTES);
      while (!isOver() && !(closing && waiting.isEmpty())) {
        gather(batch);
        if (batch.position() == 0) {
          sleep();
        } else {
          writeAll(batch.flip());
          batch.clear();
        }
      }
    } catch (IOException | RuntimeException | Error broken) {
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
    if (waiting.isEmpty() && !isOver() && !closing) {
      LockSupport.park(this);
    }
    writerSleeps = false;
  }

  private void read() {
    try {
      var buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
      var decoder = Wire.news();
      while (channel.read(buffer) >= 0) {
        decoder.feed(buffer.flip());
        buffer.clear();
        for (var news = decoder.next(); !isOver() && news.isPresent(); news = decoder.next()) {
          listener.onNews(news.get());
        }
      }
      end(Optional.of(new EOFException("the keeper closed it")));
    } catch (IOException | Wire.Malformed | RuntimeException | Error broken) {
      end(Optional.of(broken));
    }
    listener.onClosed(Objects.requireNonNull(ended.get()));
  }

  /// The reader notices, and tells the listener.
  private void end(Optional<Throwable> cause) {
    if (!ended.compareAndSet(null, cause)) {
      return;
    }
    LockSupport.unpark(writer);
    try {
      channel.close();
    } catch (IOException failure) {
      cause.ifPresent(first -> first.addSuppressed(failure));
    }
  }
}
