package io.millrace.http;

import io.millrace.testing.StreamSocket;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A WebSocket client that keeps what it hears; every message is held against the reference.
final class Viewer implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 20;
  final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final LinkedBlockingQueue<JsonObject> messages = new LinkedBlockingQueue<>();
  private final String schema;
  private final StreamSocket socket;

  Viewer(Door door, String path) {
    this(door, path, "StreamMessage", true);
  }

  /// @param eager reads everything at once; else only what [#read(long)] asks for
  Viewer(Door door, String path, String schema, boolean eager) {
    this.schema = schema;
    socket =
        StreamSocket.open(
            door.uri(path),
            Door.TOKEN,
            eager,
            text -> messages.add(new JsonObject(text)),
            (code, reason) -> closed.complete(code));
  }

  void read(long count) {
    socket.read(count);
  }

  void say(String text) {
    socket.send(text);
  }

  JsonObject next() {
    try {
      @Nullable JsonObject message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("no message came");
      }
      Reference.checkMessage(schema, message.encode());
      return message;
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  boolean hasMore() {
    return !messages.isEmpty();
  }

  /// All messages until the socket closes, which must be with 1000.
  List<JsonObject> all() {
    try {
      int code = closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (code != 1000) {
        throw new AssertionError("closed with " + code);
      }
    } catch (java.util.concurrent.ExecutionException
        | InterruptedException
        | TimeoutException late) {
      throw new AssertionError("not closed", late);
    }
    List<JsonObject> all = new ArrayList<>();
    while (hasMore()) {
      all.add(next());
    }
    return all;
  }

  static byte[] bytes(JsonObject output) {
    return output.containsKey("encoding")
        ? Base64.getDecoder().decode(output.getString("data"))
        : output.getString("data").getBytes(StandardCharsets.UTF_8);
  }

  /// The bytes of all outputs, which must follow each other without gap or repeat from `offset`.
  static byte[] assemble(List<JsonObject> messages, long offset) {
    var bytes = new ByteArrayOutputStream();
    for (JsonObject message : messages) {
      if (message.getString("type").equals("output")) {
        if (message.getLong("offset") != offset + bytes.size()) {
          throw new AssertionError("expected offset " + (offset + bytes.size()) + ": " + message);
        }
        bytes.writeBytes(bytes(message));
        if (message.getLong("next") != offset + bytes.size()) {
          throw new AssertionError("next is wrong: " + message);
        }
      }
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    socket.close();
  }
}
