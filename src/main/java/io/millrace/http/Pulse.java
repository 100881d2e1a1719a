package io.millrace.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.ServerWebSocket;

/// Pings a viewer, and closes the socket of one who has shown no sign of life for long.
final class Pulse {
  private static final short GOING_AWAY = 1001;
  private static final long FAREWELL_MILLIS = 2000;

  private final Vertx vertx;
  private final ServerWebSocket socket;
  private final HttpConnection connection;
  private final long patienceNanos;
  private final Runnable each;
  private final long timer;
  private long aliveNanos = System.nanoTime();

  /// @param connection on which the socket was opened
  /// @param each also done at each ping
  Pulse(
      Vertx vertx,
      HttpSettings settings,
      ServerWebSocket socket,
      HttpConnection connection,
      Runnable each) {
    this.vertx = vertx;
    this.socket = socket;
    this.connection = connection;
    this.patienceNanos = settings.pongWithin().toNanos();
    this.each = each;
    socket.pongHandler(pong -> alive());
    socket.shutdownHandler(
        stopping -> socket.close(GOING_AWAY, "the server stops; come back with the last offset"));
    timer = vertx.setPeriodic(settings.pingEvery().toMillis(), tick -> beat());
  }

  /// The viewer has taken or said something.
  void alive() {
    aliveNanos = System.nanoTime();
  }

  void stop() {
    vertx.cancelTimer(timer);
  }

  private void beat() {
    if (System.nanoTime() - aliveNanos > patienceNanos) {
      stop();
      socket.close(GOING_AWAY, "no answer to pings");
      // Who reads nothing does not read the farewell either.
      vertx.setTimer(FAREWELL_MILLIS, late -> HardClose.close(connection));
      return;
    }
    socket.writePing(Buffer.buffer("millrace"));
    each.run();
  }
}
