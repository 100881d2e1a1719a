package io.millrace.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Whether a request is the opening handshake of a WebSocket (RFC 6455, 4.2.1).
final class Upgrade {
  private static final int KEY_BYTES = 16;

  private Upgrade() {}

  static boolean isAsked(HttpServerRequest request) {
    @Nullable String upgrade = request.getHeader("Upgrade");
    return upgrade != null && upgrade.toLowerCase(Locale.ROOT).contains("websocket");
  }

  /// @throws Refusal 426, if it is none that we can accept
  static void require(HttpServerRequest request) {
    if (!isAsked(request)) {
      throw new Refusal(Problems.needsWebSocket("the request has no header Upgrade: websocket"));
    }
    boolean connection =
        request.headers().getAll("Connection").stream()
            .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("upgrade"));
    if (!connection || request.version() != HttpVersion.HTTP_1_1) {
      throw new Refusal(Problems.needsWebSocket("Upgrade needs Connection: Upgrade and HTTP/1.1"));
    }
    if (!"13".equals(request.getHeader("Sec-WebSocket-Version"))) {
      throw new Refusal(Problems.needsWebSocket("Sec-WebSocket-Version is missing or another"));
    }
    if (!isKey(request.getHeader("Sec-WebSocket-Key"))) {
      throw new Refusal(Problems.needsWebSocket("Sec-WebSocket-Key is missing or no key"));
    }
  }

  private static boolean isKey(@Nullable String key) {
    try {
      return key != null && Base64.getDecoder().decode(key.trim()).length == KEY_BYTES;
    } catch (IllegalArgumentException noBase64) {
      return false;
    }
  }
}
