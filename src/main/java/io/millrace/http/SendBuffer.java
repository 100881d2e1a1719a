package io.millrace.http;

import io.netty.channel.epoll.EpollChannelOption;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;

/// Keeps what waits in the kernel for a viewer short: it would take megabytes for each that has
/// stopped reading, and all of them have to be read and written first.
final class SendBuffer {
  /// Enough for whoever reads: what is on its way does not count.
  private static final long MOST_UNSENT_BYTES = 32 << 10;

  private SendBuffer() {}

  /// Sets TCP_NOTSENT_LOWAT (tcp(7)), where the kernel's own transport is in use.
  static void limit(HttpConnection connection) {
    if (connection instanceof HttpServerConnection open) {
      open.channelHandlerContext()
          .channel()
          .config()
          .setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, MOST_UNSENT_BYTES);
    }
  }
}
