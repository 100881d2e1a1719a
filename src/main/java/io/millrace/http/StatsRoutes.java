package io.millrace.http;

import io.millrace.run.RunId;
import io.millrace.runner.AsyncLoop;
import io.millrace.runner.RunService;
import io.millrace.runner.SampleAnswer;
import io.millrace.runner.SampleAnswer.Sampled;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// What a running tree uses, once or each second. A share of CPU needs two samples.
final class StatsRoutes {
  private static final long SHORT_LOOK_MILLIS = 200;
  private static final long EACH_MILLIS = 1000;

  private final Vertx vertx;
  private final RunService runs;

  StatsRoutes(Vertx vertx, RunService runs) {
    this.vertx = vertx;
    this.runs = runs;
  }

  /// GET /runs/{id}/stats
  Future<Void> stats(RoutingContext ctx) {
    RunId id = RunIds.of(ctx);
    var faults = new Faults();
    boolean follow = Query.read(ctx.request(), faults, Set.of("follow"), Set.of()).flag("follow");
    faults.refuse();
    return first(id)
        .compose(
            first ->
                follow && !ctx.request().method().name().equals("HEAD")
                    ? follow(ctx, id, first)
                    : after(SHORT_LOOK_MILLIS)
                        .compose(waited -> runs.sample(id))
                        .map(second -> second instanceof Sampled later ? later : first)
                        .compose(later -> Answers.json(ctx, 200, json(first, later))));
  }

  private Future<Sampled> first(RunId id) {
    return runs.sample(id)
        .map(
            answer ->
                switch (answer) {
                  case Sampled sampled -> sampled;
                  case SampleAnswer.NotRunning not ->
                      throw new Refusal(Problems.notRunning(id, "it uses nothing"));
                  case SampleAnswer.Unknown not -> throw new Refusal(Problems.noSuchRun(id));
                });
  }

  /// Until the run ends or the client goes; a client that reads slowly gets fewer of them.
  private Future<Void> follow(RoutingContext ctx, RunId id, Sampled first) {
    HttpServerResponse response = ctx.response();
    EventStream.begin(response);
    var last = new Sampled[] {first};
    return AsyncLoop.whileTrue(
            () ->
                after(EACH_MILLIS)
                    .compose(waited -> runs.sample(id))
                    .map(
                        answer -> {
                          if (response.closed() || !(answer instanceof Sampled now)) {
                            return false;
                          }
                          if (!response.writeQueueFull()) {
                            response.write("data: " + json(last[0], now).encode() + "\n\n");
                            last[0] = now;
                          }
                          return true;
                        }))
        .compose(ended -> response.closed() ? Future.succeededFuture() : response.end());
  }

  private Future<Long> after(long millis) {
    return vertx.timer(millis, TimeUnit.MILLISECONDS).map(millis);
  }

  private static JsonObject json(Sampled before, Sampled now) {
    double wall = Duration.between(before.at(), now.at()).toNanos();
    double used = now.cpu().minus(before.cpu()).toNanos();
    double percent = wall > 0 ? Math.max(0, Math.round(used / wall * 1000) / 10.0) : 0;
    return new JsonObject()
        .put("at", RunJson.time(now.at()))
        .put("cpuPercent", percent)
        .put("memoryBytes", now.memoryBytes())
        .put("processes", now.processes())
        .put("outputBytes", now.outputBytes());
  }
}
