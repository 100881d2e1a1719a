package io.millrace.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.ServerWebSocket;
import org.jspecify.annotations.Nullable;

/// Pings a viewer, closes the socket of one who has shown no sign of life for long, and says
/// farewell.
final class Pulse {
  private static final int GOING_AWAY = 1001;
  private static final long FAREWELL_MILLIS = 2000;

  private final Vertx vertx;
  private final ServerWebSocket socket;
  private final HttpConnection connection;
  private final long patienceNanos;
  private final Runnable each;
  private final Runnable silence;
  private final long timer;
  private long aliveNanos = System.nanoTime();
  private boolean leaving;

  /// @param connection on which the socket was opened
  /// @param each also done at each ping
  /// @param silence done before a farewell; nothing may be told after it
  Pulse(
      Vertx vertx,
      HttpSettings settings,
      ServerWebSocket socket,
      HttpConnection connection,
      Runnable each,
      Runnable silence) {
    this.vertx = vertx;
    this.socket = socket;
    this.connection = connection;
    this.patienceNanos = settings.pongWithin().toNanos();
    this.each = each;
    this.silence = silence;
    socket.pongHandler(pong -> alive());
    socket.shutdownHandler(
        stopping -> close(GOING_AWAY, "the server stops; come back with the last offset"));
    timer = vertx.setPeriodic(settings.pingEvery().toMillis(), tick -> beat());
  }

  /// The viewer has taken or said something.
  void alive() {
    aliveNanos = System.nanoTime();
  }

  void stop() {
    vertx.cancelTimer(timer);
  }

  /// Whether the farewell has been said: no frame may follow it (RFC 6455, 5.5.1).
  boolean isLeaving() {
    return leaving;
  }

  /// Says farewell, once; the socket is closed when the viewer has answered, or not in time.
  void close(int code, @Nullable String why) {
    if (!leaving) {
      leaving = true;
      stop();
      silence.run();
      socket.close((short) code, why);
    }
  }

  private void beat() {
    if (System.nanoTime() - aliveNanos > patienceNanos) {
      close(GOING_AWAY, "no answer to pings");
      // Who reads nothing does not read the farewell either.
      vertx.setTimer(FAREWELL_MILLIS, late -> HardClose.close(connection));
      return;
    }
    socket.writePing(Buffer.buffer("millrace"));
    each.run();
  }
}
