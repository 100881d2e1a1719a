package io.millrace.keeper;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// The server's end of the connection to its keeper.
///
/// One thread of its own reads and writes. The keeper must have read what was sent within
/// [Patience]: if not, the connection ends with that reason, as leaving out a command is no choice.
public final class KeeperClient implements AutoCloseable {
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  /// How often a stalled connection is looked at.
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  private final SocketChannel channel;
  private final Selector selector;
  private final Listener listener;
  private final Patience patience;
  private final Outbox outbox;
  private final FrameBuffer arrived = new FrameBuffer();
  private volatile boolean closing;

  /// Called on the client's thread, one after the other. Slow ones hold up all others.
  public interface Listener {
    void onNews(News news);

    /// The last call, exactly one.
    ///
    /// @param why what ended the connection; empty after [KeeperClient#close()]
    void onClosed(Optional<Throwable> why);
  }

  /// How long and with how many bytes to wait for a keeper that does not read.
  record Patience(Duration longest, long mostBytes) {
    static final Patience DEFAULT = new Patience(Duration.ofSeconds(30), 64L << 20);
  }

  private KeeperClient(
      SocketChannel channel, Selector selector, Listener listener, Patience patience) {
    this.channel = channel;
    this.selector = selector;
    this.listener = listener;
    this.patience = patience;
    this.outbox = new Outbox(patience.mostBytes());
  }

  /// Connects and says `hello`; the answer is the first news. Fails if nobody listens there.
  public static KeeperClient connect(Path socket, Command.Hello hello, Listener listener)
      throws IOException {
    return connect(socket, hello, listener, Patience.DEFAULT);
  }

  static KeeperClient connect(
      Path socket, Command.Hello hello, Listener listener, Patience patience) throws IOException {
    var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.configureBlocking(false);
      var selector = Selector.open();
      var client = new KeeperClient(channel, selector, listener, patience);
      client.send(hello);
      Thread.ofPlatform().name("keeper-client").daemon().start(client::live);
      return client;
    } catch (IOException failure) {
      channel.close();
      throw failure;
    }
  }

  /// Sends `command` after all that were sent before it. Any thread; returns at once; after the end
  /// of the connection it does nothing.
  ///
  /// A command that is too long for a frame is refused with an IllegalArgumentException.
  public void send(Command command) {
    if (outbox.add(Wire.encode(command))) {
      selector.wakeup();
    }
  }

  /// Ends the connection as soon as what was sent is written, after a second at the latest. Any
  /// thread; returns at once.
  @Override
  public void close() {
    closing = true;
    selector.wakeup();
  }

  private void live() {
    Optional<Throwable> why = Optional.empty();
    try (channel;
        selector) {
      exchange(channel.register(selector, SelectionKey.OP_READ));
    } catch (IOException failure) {
      why = closing ? why : Optional.of(failure);
    } catch (RuntimeException | Error bug) {
      why = Optional.of(bug);
    }
    listener.onClosed(why);
  }

  private void exchange(SelectionKey key) throws IOException {
    long progressNanos = System.nanoTime();
    while (true) {
      boolean leaving = closing;
      long written = write();
      if (written > 0 || outbox.isEmpty()) {
        progressNanos = System.nanoTime();
      }
      long stalledNanos = System.nanoTime() - progressNanos;
      if (leaving && (outbox.isEmpty() || stalledNanos > LAST_WORDS.toNanos())) {
        return;
      }
      if (outbox.overfull() || stalledNanos > patience.longest().toNanos()) {
        throw new IOException(
            "the keeper has read nothing for %d ms, with %d bytes waiting"
                .formatted(stalledNanos / 1_000_000, outbox.waitingBytes()));
      }
      boolean idle = outbox.isEmpty();
      key.interestOps(idle ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
      selector.select(idle ? 0 : LOOK_AGAIN.toMillis());
      selector.selectedKeys().clear();
      if (idle) {
        progressNanos = System.nanoTime();
      }
      if (!read()) {
        throw new EOFException("the keeper closed the connection");
      }
    }
  }

  /// Before a failed write is told, what the keeper said last is heard: it may be the reason.
  private long write() throws IOException {
    try {
      return outbox.writeTo(channel);
    } catch (IOException failure) {
      read();
      throw failure;
    }
  }

  /// Takes all that has arrived; false at the end.
  private boolean read() throws IOException {
    int count;
    while ((count = channel.read(arrived.free())) > 0) {
      for (var frame = arrived.next(); frame.isPresent(); frame = arrived.next()) {
        listener.onNews(Wire.decodeNews(frame.get()));
      }
    }
    return count == 0;
  }
}
