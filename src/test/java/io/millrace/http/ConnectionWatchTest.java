package io.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.StreamSocket;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionWatchTest {
  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void closed_websockets_are_forgotten() throws Exception {
    var watch = on(() -> new ConnectionWatch(vertx, Duration.ofMinutes(1)));
    HttpServer server =
        on(() ->
                vertx
                    .createHttpServer()
                    .connectionHandler(watch::opened)
                    .requestHandler(request -> upgrade(watch, request))
                    .listen(0, "127.0.0.1"))
            .await();
    var address = URI.create("http://127.0.0.1:" + server.actualPort() + "/");
    for (int i = 0; i < 200; i++) {
      var closed = new CompletableFuture<Integer>();
      try (var socket =
          StreamSocket.open(
              address, "any", true, text -> {}, (code, why) -> closed.complete(code))) {
        assertThat(closed.get()).isEqualTo(1000);
      }
    }
    await()
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(on(watch::size)).isLessThan(10);
            });
  }

  private static void upgrade(ConnectionWatch watch, HttpServerRequest request) {
    watch.begun(request);
    request.toWebSocket().onSuccess(socket -> socket.close((short) 1000, "enough"));
  }

  private <T> T on(Callable<T> work) throws Exception {
    var answer = new CompletableFuture<T>();
    loop.runOnContext(
        here -> {
          try {
            answer.complete(work.call());
          } catch (Exception failure) {
            answer.completeExceptionally(failure);
          }
        });
    return answer.get();
  }
}
