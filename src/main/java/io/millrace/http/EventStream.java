package io.millrace.http;

import io.vertx.core.http.HttpServerResponse;

/// Server-sent events, as far as several calls need them.
final class EventStream {
  private EventStream() {}

  /// Sends the head, and a first comment that gets it through buffering proxies.
  static void begin(HttpServerResponse response) {
    response
        .setChunked(true)
        .putHeader("Content-Type", "text/event-stream")
        .putHeader("X-Accel-Buffering", "no")
        .write(": welcome\n\n");
  }
}
