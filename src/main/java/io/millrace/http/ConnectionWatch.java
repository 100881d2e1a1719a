package io.millrace.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Map;
import java.util.WeakHashMap;

/// Closes connections that do not come to the point: whoever has no request in progress must send
/// the head of the next one within a time, however slowly its bytes trickle.
///
/// Lives on one event loop, with the server whose connections it knows.
final class ConnectionWatch {
  private final long patienceNanos;

  /// Weak, because a connection that became a WebSocket tells nobody of its end.
  private final Map<HttpConnection, Since> connections = new WeakHashMap<>();

  private static final class Since {
    private long idleNanos = System.nanoTime();
    private int requests;
  }

  ConnectionWatch(Vertx vertx, Duration patience) {
    this.patienceNanos = patience.toNanos();
    vertx.setPeriodic(Math.clamp(patience.toMillis() / 4, 10, 1000), tick -> sweep());
  }

  void opened(HttpConnection connection) {
    connections.put(connection, new Since());
    connection.closeHandler(closed -> connections.remove(connection));
  }

  /// Stands still until the answer is complete; forever for a WebSocket.
  void begun(HttpServerRequest request) {
    Since since = connections.get(request.connection());
    if (since != null) {
      since.requests++;
      request
          .response()
          .endHandler(
              answered -> {
                since.requests--;
                since.idleNanos = System.nanoTime();
              });
    }
  }

  /// How many connections it knows.
  int size() {
    return connections.size();
  }

  private void sweep() {
    long now = System.nanoTime();
    connections.entrySet().stream()
        .filter(entry -> entry.getValue().requests == 0)
        .filter(entry -> now - entry.getValue().idleNanos > patienceNanos)
        .map(Map.Entry::getKey)
        .toList()
        .forEach(HttpConnection::close);
  }
}
