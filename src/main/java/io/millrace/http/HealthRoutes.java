package io.millrace.http;

import io.millrace.runner.Fault;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/// Whether the server lives, whether it can work, and which one it is.
final class HealthRoutes {
  private final ServiceFacts facts;

  HealthRoutes(ServiceFacts facts) {
    this.facts = facts;
  }

  /// Those that need no token.
  void mountOpen(Router router) {
    router.route("/health/live").handler(Methods.get(this::live));
    router.route("/health/ready").handler(Methods.get(this::ready));
    router.route("/version").handler(Methods.get(this::version));
  }

  void mount(Router router) {
    router.route("/metrics").handler(Methods.get(this::metrics));
  }

  private Future<Void> live(RoutingContext ctx) {
    Query.refuseAny(ctx.request());
    return facts.stuck().compose(stuck -> answer(ctx, "live", stuck));
  }

  private Future<Void> ready(RoutingContext ctx) {
    Query.refuseAny(ctx.request());
    return facts.missing().compose(missing -> answer(ctx, "ready", missing));
  }

  private static Future<Void> answer(RoutingContext ctx, String good, List<Fault> faults) {
    return faults.isEmpty()
        ? Answers.json(ctx, 200, new JsonObject().put("status", good))
        : Future.failedFuture(new Refusal(Problems.unhealthy("not-" + good, faults)));
  }

  private Future<Void> version(RoutingContext ctx) {
    Query.refuseAny(ctx.request());
    return Answers.json(
        ctx,
        200,
        new JsonObject()
            .put("name", "millrace")
            .put("version", facts.version())
            .put("api", "v1")
            .put("java", Runtime.version().toString())
            .put("capabilities", new JsonArray(facts.capabilities())));
  }

  private Future<Void> metrics(RoutingContext ctx) {
    Query.refuseAny(ctx.request());
    return facts
        .metrics()
        .compose(
            text ->
                ctx.response()
                    .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                    .end(text));
  }
}
