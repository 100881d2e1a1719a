package io.millrace.http;

import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import org.jspecify.annotations.Nullable;

/// Ends a connection whose peer takes nothing: all polite ways wait until what was written before
/// has been sent.
final class HardClose {
  private HardClose() {}

  /// @param connection as it was before the upgrade to a WebSocket
  static void close(HttpConnection connection) {
    if (connection instanceof HttpServerConnection open) {
      // From the socket's end of the pipeline, so that no handler turns it into a farewell.
      @Nullable ChannelHandlerContext first =
          open.channelHandlerContext().channel().pipeline().firstContext();
      if (first != null) {
        // Nobody waits for it.
        var _ = first.close();
      }
    }
  }
}
