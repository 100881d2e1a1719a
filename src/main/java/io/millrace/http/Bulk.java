package io.millrace.http;

import io.millrace.runner.Room;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/// Bounds what requests and answers with long texts take in memory at once, over all instances of
/// the server: the others wait for their turn. Short ones never do.
///
/// @param room in bytes of texts, each of which is several times in memory while it is worked on
/// @param patience after which the connection of a client who does not take its answer is closed
record Bulk(Room room, Duration patience) {
  /// Requests up to this size are let in at once.
  static final int SHORT_BYTES = 16 << 10;

  private static final String EXIT = Bulk.class.getName();

  /// Waits for room, and keeps it until [#leave] or the end of the answer. What the same request
  /// had before is given back first: nobody keeps room and waits for more. Fails if the client has
  /// not waited.
  Future<Void> enter(RoutingContext ctx, long bytes) {
    leave(ctx);
    Vertx vertx = ctx.vertx();
    return room.enter(vertx, bytes)
        .compose(
            exit -> {
              if (ctx.response().ended() || ctx.response().closed()) {
                exit.run();
                return Future.failedFuture(new TimeoutException("nobody waits for the answer"));
              }
              var connection = ctx.request().connection();
              long timer = vertx.setTimer(patience.toMillis(), late -> connection.close());
              Runnable leave =
                  () -> {
                    vertx.cancelTimer(timer);
                    exit.run();
                  };
              ctx.put(EXIT, leave).addEndHandler(over -> leave.run());
              return Future.succeededFuture();
            });
  }

  /// Makes room for others before the answer.
  static void leave(RoutingContext ctx) {
    Runnable exit = ctx.remove(EXIT);
    if (exit != null) {
      exit.run();
    }
  }
}
