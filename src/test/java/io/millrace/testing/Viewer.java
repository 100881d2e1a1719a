package io.millrace.testing;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// Watches a run over its WebSocket as the page does, and checks that offsets join without gap or
/// repeat.
public final class Viewer implements WebSocket.Listener, AutoCloseable {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final StringBuilder partial = new StringBuilder();
  private final List<JsonObject> frames = new ArrayList<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CompletableFuture<JsonObject> end = new CompletableFuture<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final List<Waiter> waiters = new ArrayList<>();
  private WebSocket socket;
  private long next;

  private record Waiter(Predicate<JsonObject> wish, CompletableFuture<JsonObject> answer) {}

  private Viewer(long from) {
    this.next = from;
  }

  /// Opens the stream of `run` at `from`.
  public static Viewer open(MillraceProcess service, String run, long from) {
    var viewer = new Viewer(from);
    var address =
        URI.create(
            service.address().toString().replaceFirst("http", "ws")
                + "/api/v1/runs/"
                + run
                + "/stream?from="
                + from);
    viewer.socket =
        CLIENT
            .newWebSocketBuilder()
            .header("Authorization", "Bearer " + service.token())
            .buildAsync(address, viewer)
            .join();
    return viewer;
  }

  @Override
  public synchronized CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    partial.append(data);
    if (last) {
      take(new JsonObject(partial.toString()));
      partial.setLength(0);
    }
    from.request(1);
    return CompletableFuture.completedFuture(null);
  }

  private void take(JsonObject frame) {
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

  @Override
  public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed.complete(code);
    end.completeExceptionally(new AssertionError("closed with " + code + " " + reason));
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void onError(WebSocket from, Throwable failure) {
    closed.completeExceptionally(failure);
    end.completeExceptionally(failure);
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
    socket.sendText(message.encode(), true).join();
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
    socket.abort();
  }
}
