package io.millrace.http;

import io.millrace.store.DatabaseAway;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The edge where whatever went wrong becomes an answer.
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  static void handle(RoutingContext ctx) {
    @Nullable Throwable failure = ctx.failure();
    if (ctx.response().ended() || ctx.response().closed()) {
      return;
    }
    if (ctx.response().headWritten()) {
      LOG.warn("{} {}: broken off", ctx.request().method(), ctx.request().path(), failure);
      ctx.response().reset();
      return;
    }
    problem(failure, ctx.request().method() + " " + ctx.request().path()).answer(ctx.request());
  }

  /// What a client hears of `failure`; bugs are logged with an incident number.
  static Problem problem(@Nullable Throwable failure, String where) {
    return switch (failure) {
      case Refusal refusal -> refusal.problem();
      case DatabaseAway away -> Problems.databaseAway();
      case TimeoutException late -> Problems.databaseAway();
      case HttpException http when http.getStatusCode() < 500 ->
          Problem.of(
              http.getStatusCode(),
              "http",
              "The request cannot be understood.",
              Problems.REFERENCE);
      case null, default -> {
        String incident =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()).substring(8);
        LOG.error("{}: incident {}", where, incident, failure);
        yield Problems.bug(incident);
      }
    };
  }
}
