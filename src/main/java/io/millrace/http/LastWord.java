package io.millrace.http;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;

/// Sends what has been written, at once: Vert.x closes a connection whose bytes it cannot decode as
/// soon as it has told so, and what still waits to be sent is lost then.
final class LastWord {
  private LastWord() {}

  static void send(HttpConnection connection) {
    if (connection instanceof HttpServerConnection open) {
      // From the last handler, so that it passes the encoder.
      open.channelHandlerContext().channel().pipeline().flush();
    }
  }
}
