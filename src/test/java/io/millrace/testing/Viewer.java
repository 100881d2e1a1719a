package io.millrace.testing;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// Watches a run over its WebSocket as the page does, and checks that offsets join without gap or
/// repeat.
public final class Viewer implements AutoCloseable {
  private final List<JsonObject> frames = new ArrayList<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CompletableFuture<JsonObject> end = new CompletableFuture<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final List<Waiter> waiters = new ArrayList<>();
  private StreamSocket socket;
  private long next;

  private record Waiter(Predicate<JsonObject> wish, CompletableFuture<JsonObject> answer) {}

  private Viewer(long from) {
    this.next = from;
  }

  /// Opens the stream of `run` at `from`.
  public static Viewer open(MillraceProcess service, String run, long from) {
    var viewer = new Viewer(from);
    viewer.socket =
        StreamSocket.open(
            service.address().resolve("/api/v1/runs/" + run + "/stream?from=" + from),
            service.token(),
            true,
            viewer::take,
            viewer::closed);
    return viewer;
  }

  private synchronized void take(String text) {
    var frame = new JsonObject(text);
    frames.add(frame);
    switch (frame.getString("type")) {
      case "output" -> output(frame);
      case "gap" -> join(frame);
      case "end" -> end.complete(frame.getJsonObject("run"));
      default -> {}
    }
    waiters.removeIf(waiter -> waiter.wish().test(frame) && waiter.answer().complete(frame));
  }

  private void output(JsonObject frame) {
    var data = frame.getString("data");
    var piece =
        "base64".equals(frame.getString("encoding"))
            ? Base64.getDecoder().decode(data)
            : data.getBytes(StandardCharsets.UTF_8);
    long length = frame.getLong("next") - frame.getLong("offset");
    if (piece.length != length) {
      end.completeExceptionally(
          new AssertionError("a frame of " + length + " bytes holds " + piece.length));
    }
    join(frame);
    bytes.writeBytes(piece);
  }

  private void join(JsonObject frame) {
    if (frame.getLong("offset") != next) {
      end.completeExceptionally(
          new AssertionError("expected offset " + next + ", got " + frame.encode()));
    }
    next = frame.getLong("next");
  }

  private void closed(int code, String reason) {
    closed.complete(code);
    end.completeExceptionally(new AssertionError("closed with " + code + ": " + reason));
  }

  /// The first frame, already here or still to come, that is as wished.
  public JsonObject awaitFrame(Predicate<JsonObject> wish) {
    var answer = new CompletableFuture<JsonObject>();
    synchronized (this) {
      frames.stream()
          .filter(wish)
          .findFirst()
          .ifPresentOrElse(answer::complete, () -> waiters.add(new Waiter(wish, answer)));
    }
    return get(answer);
  }

  /// The run as the `end` frame tells it.
  public JsonObject awaitEnd() {
    return get(end);
  }

  public int awaitClose() {
    return get(closed);
  }

  /// What was received so far, gaps left out.
  public synchronized byte[] bytes() {
    return bytes.toByteArray();
  }

  public synchronized String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  public synchronized List<JsonObject> frames() {
    return List.copyOf(frames);
  }

  /// Where a reconnect goes on.
  public synchronized long next() {
    return next;
  }

  public void send(JsonObject message) {
    socket.send(message.encode());
  }

  private static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(120, TimeUnit.SECONDS);
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
