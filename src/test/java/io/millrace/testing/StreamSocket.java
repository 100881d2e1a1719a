package io.millrace.testing;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.URI;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A WebSocket client that hears whole messages.
///
/// Not the JDK's: that one loses bytes if more than 16 KiB come right behind the handshake (seen
/// with JDK 25).
public final class StreamSocket implements AutoCloseable {
  /// What `onClose` hears when the connection went without a farewell.
  public static final int BROKEN = -1;

  private static final int LONGEST_MESSAGE = 64 << 20;
  private static final WebSocketClient CLIENT =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2))
          .createWebSocketClient(
              new WebSocketClientOptions()
                  .setMaxConnections(1000)
                  .setMaxFrameSize(LONGEST_MESSAGE)
                  .setMaxMessageSize(LONGEST_MESSAGE));

  /// Hears how it closed.
  public interface OnClose {
    void closed(int code, String reason);
  }

  private final WebSocket socket;

  private StreamSocket(WebSocket socket) {
    this.socket = socket;
  }

  /// @param address begins with `http` or `ws`
  /// @param eager reads everything at once; else only what [#read(long)] asks for
  /// @param onText each message, one after the other, on a thread of the client
  /// @param onClose the code, once
  public static StreamSocket open(
      URI address, String token, boolean eager, Consumer<String> onText, OnClose onClose) {
    var options =
        new WebSocketConnectOptions()
            .setAbsoluteURI(address.toString().replaceFirst("^http", "ws"))
            .addHeader("Authorization", "Bearer " + token);
    // What comes before there is a handler would be lost, so they are set before it connects.
    var socket = CLIENT.webSocket();
    socket.textMessageHandler(onText::accept);
    socket.exceptionHandler(broken -> {});
    socket.closeHandler(
        gone -> {
          @Nullable Short code = socket.closeStatusCode();
          onClose.closed(code == null ? BROKEN : code, String.valueOf(socket.closeReason()));
        });
    return socket.connect(options).map(open -> new StreamSocket(open).begin(eager)).await();
  }

  private StreamSocket begin(boolean eager) {
    if (!eager) {
      socket.pause();
    }
    return this;
  }

  public void read(long count) {
    socket.fetch(count);
  }

  public void send(String text) {
    socket.writeTextMessage(text).await();
  }

  /// Says farewell, and waits for nothing.
  @Override
  public void close() {
    var _ = socket.close();
  }
}
