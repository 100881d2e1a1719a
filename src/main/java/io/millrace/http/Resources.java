package io.millrace.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Files that are part of the program.
final class Resources {
  private Resources() {}

  /// The whole file, read beside the event loop.
  static Future<Optional<Buffer>> read(Vertx vertx, String name) {
    return vertx.executeBlocking(() -> load(name), false);
  }

  private static Optional<Buffer> load(String name) throws IOException {
    try (@Nullable InputStream in = Resources.class.getClassLoader().getResourceAsStream(name)) {
      return in == null ? Optional.empty() : Optional.of(Buffer.buffer(in.readAllBytes()));
    }
  }
}
