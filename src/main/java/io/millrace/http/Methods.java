package io.millrace.http;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the methods of one path do; all others are answered with 405. HEAD is GET without its body.
final class Methods implements Handler<RoutingContext> {

  /// Answers one request; a failed future or an exception becomes a problem.
  interface Action {
    Future<Void> handle(RoutingContext ctx);
  }

  private final Map<String, Action> actions;

  private Methods(Map<String, Action> actions) {
    this.actions = new TreeMap<>(actions);
  }

  static Methods get(Action action) {
    return new Methods(Map.of("GET", action));
  }

  static Methods post(Action action) {
    return new Methods(Map.of("POST", action));
  }

  static Methods of(Map<String, Action> actions) {
    return new Methods(actions);
  }

  @Override
  public void handle(RoutingContext ctx) {
    String method = ctx.request().method().name();
    @Nullable Action action = actions.get(method.equals("HEAD") ? "GET" : method);
    if (action == null) {
      ctx.fail(
          new Refusal(Problems.methodNotAllowed(method, ctx.request().path(), actions.keySet())));
      return;
    }
    try {
      action.handle(ctx).onFailure(ctx::fail);
    } catch (RuntimeException refusal) {
      ctx.fail(refusal);
    }
  }
}
