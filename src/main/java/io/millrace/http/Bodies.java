package io.millrace.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Reads request bodies, up to a size and within a time.
///
/// What is too large is read to its end without being kept (up to a point), because most clients
/// listen for the answer only after they have sent everything.
final class Bodies {
  private static final long PATIENCE_BYTES = 64L << 20;

  private Bodies() {}

  /// All of a short body; must be called before anything asynchronous.
  ///
  /// @param what it is, for the sentence that refuses a larger one
  static Future<Buffer> read(RoutingContext ctx, String what, int limitBytes, Duration patience) {
    return read(ctx, what, limitBytes, patience, bytes -> Future.succeededFuture());
  }

  /// All of the body; must be called before anything asynchronous.
  ///
  /// @param what it is, for the sentence that refuses a larger one
  /// @param enter waits for room for as many bytes, if they are many; not for the client's patience
  static Future<Buffer> read(
      RoutingContext ctx,
      String what,
      int limitBytes,
      Duration patience,
      LongFunction<Future<Void>> enter) {
    HttpServerRequest request = ctx.request();
    boolean asks = "100-continue".equalsIgnoreCase(request.getHeader("Expect"));
    long announced = announced(request);
    if (announced > limitBytes && (asks || announced > PATIENCE_BYTES)) {
      return Future.failedFuture(closing(tooLarge(what, limitBytes)));
    }
    if (asks) {
      request.response().writeContinue();
    }
    Promise<Void> whole = Promise.promise();
    long most = announced > 0 ? Math.min(announced, limitBytes) : limitBytes;
    var body = new Buffer[] {Buffer.buffer()};
    var entered = new boolean[1];
    var counted = new long[1];
    LongSupplier clock =
        () ->
            ctx.vertx()
                .setTimer(
                    patience.toMillis(),
                    id -> whole.tryFail(new Refusal(Problems.bodyTooSlow(patience))));
    var timer = new long[] {clock.getAsLong()};
    Runnable waitForRoom =
        () -> {
          entered[0] = true;
          request.pause();
          ctx.vertx().cancelTimer(timer[0]);
          enter
              .apply(most)
              .onFailure(whole::tryFail)
              .onSuccess(
                  inside -> {
                    timer[0] = clock.getAsLong();
                    body[0] = Buffer.buffer((int) most).appendBuffer(body[0]);
                    request.resume();
                  });
        };
    request.handler(
        chunk -> {
          counted[0] += chunk.length();
          if (counted[0] <= limitBytes) {
            body[0].appendBuffer(chunk);
            if (!entered[0] && counted[0] > Bulk.SHORT_BYTES) {
              waitForRoom.run();
            }
          } else if (counted[0] > PATIENCE_BYTES) {
            whole.tryFail(closing(tooLarge(what, limitBytes)));
          }
        });
    request.exceptionHandler(
        broken -> {
          // Whoever has gone is not answered: the response knows.
          whole.tryFail(closing(new Refusal(Problems.brokenBody())));
          LastWord.send(request.connection());
        });
    request.endHandler(
        end -> {
          if (counted[0] > limitBytes) {
            whole.tryFail(tooLarge(what, limitBytes));
          } else {
            whole.tryComplete();
          }
        });
    return whole
        .future()
        .onComplete(done -> ctx.vertx().cancelTimer(timer[0]))
        .map(
            done -> {
              // The request lives as long as its answer takes; its body need not.
              var all = body[0];
              body[0] = Buffer.buffer();
              return all;
            });
  }

  private static Refusal tooLarge(String what, int limitBytes) {
    return new Refusal(Problems.tooLarge(what, limitBytes));
  }

  private static Refusal closing(Refusal refusal) {
    return new Refusal(refusal.problem().withHeader("Connection", "close"));
  }

  private static long announced(HttpServerRequest request) {
    @Nullable String length = request.getHeader("Content-Length");
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException garbage) {
      return 0;
    }
  }
}
