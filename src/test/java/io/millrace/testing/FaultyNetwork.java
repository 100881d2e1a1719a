package io.millrace.testing;

import io.millrace.store.DatabaseSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A stretch of network between a client and a server that can lose answers, freeze, and break.
public final class FaultyNetwork implements AutoCloseable {
  private final ServerSocket listener;
  private final String host;
  private volatile int port;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger answersToLose = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition thawed = lock.newCondition();
  private boolean frozen;
  private volatile boolean down;

  public FaultyNetwork(String host, int port) throws IOException {
    this.host = host;
    this.port = port;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /// Where the database of `there` is for those who go this way.
  public DatabaseSettings leadingTo(DatabaseSettings there) {
    return new DatabaseSettings(
        listener.getInetAddress().getHostAddress(),
        port(),
        there.database(),
        there.user(),
        there.password(),
        there.connections());
  }

  /// The server is somewhere else from now on.
  public void leadTo(int newPort) {
    port = newPort;
  }

  /// The server gets the next request, but its answer is lost and the connection breaks.
  public void loseNextAnswer() {
    answersToLose.set(1);
  }

  public boolean hasLostAnswer() {
    return answersToLose.get() == 0;
  }

  /// Requests are held up until [#thaw()]; then they arrive, even if the client has gone.
  public void freeze() {
    setFrozen(true);
  }

  public void thaw() {
    setFrozen(false);
  }

  /// Breaks every connection and lets none come about.
  public void goDown() throws IOException {
    down = true;
    for (var socket : open) {
      socket.close();
    }
  }

  public void comeUp() {
    down = false;
  }

  private void setFrozen(boolean value) {
    lock.lock();
    try {
      frozen = value;
      thawed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var client = listener.accept();
        if (down) {
          client.close();
        } else {
          open.add(client);
          var server = connect(client);
          open.add(server);
          Thread.ofVirtual().start(() -> requests(client, server));
          Thread.ofVirtual().start(() -> answers(server, client));
        }
      } catch (IOException closed) {
        // The loop's condition says whether that was the end.
      }
    }
  }

  private Socket connect(Socket client) throws IOException {
    try {
      return new Socket(host, port);
    } catch (IOException nobody) {
      client.close();
      throw nobody;
    }
  }

  private void requests(Socket client, Socket server) {
    try (server) {
      pump(
          client,
          (bytes, length) -> {
            awaitThaw();
            server.getOutputStream().write(bytes, 0, length);
          });
    } catch (IOException broken) {
      // One side is gone; closing the other tells it.
    }
  }

  private void answers(Socket server, Socket client) {
    try (client) {
      pump(
          server,
          (bytes, length) -> {
            if (answersToLose.get() > 0) {
              answersToLose.decrementAndGet();
              throw new IOException("lost");
            }
            client.getOutputStream().write(bytes, 0, length);
          });
    } catch (IOException broken) {
      // One side is gone; closing the other tells it.
    }
  }

  private void awaitThaw() {
    lock.lock();
    try {
      while (frozen) {
        thawed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private interface Sink {
    void take(byte[] bytes, int length) throws IOException;
  }

  private static void pump(Socket from, Sink to) throws IOException {
    InputStream in = from.getInputStream();
    var buffer = new byte[1 << 16];
    for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
      to.take(buffer, length);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    thaw();
    goDown();
  }
}
