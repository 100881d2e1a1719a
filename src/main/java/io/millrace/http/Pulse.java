package io.millrace.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;

/// Pings a viewer, and closes the socket of one who has shown no sign of life for long.
final class Pulse {
  private final Vertx vertx;
  private final ServerWebSocket socket;
  private final long patienceNanos;
  private final Runnable each;
  private final long timer;
  private long aliveNanos = System.nanoTime();

  /// @param each also done at each ping
  Pulse(Vertx vertx, HttpSettings settings, ServerWebSocket socket, Runnable each) {
    this.vertx = vertx;
    this.socket = socket;
    this.patienceNanos = settings.pongWithin().toNanos();
    this.each = each;
    socket.pongHandler(pong -> alive());
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
      // A viewer who reads nothing would not read a farewell either.
      socket.close((short) 1001, "no answer to pings").onComplete(closed -> {});
      return;
    }
    socket.writePing(Buffer.buffer("millrace"));
    each.run();
  }
}
