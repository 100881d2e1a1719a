package io.millrace.http;

import io.millrace.run.Run;
import io.millrace.run.RunId;
import io.millrace.runner.CancelAnswer;
import io.millrace.runner.RunService;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/// Looks runs up, lists, cancels and deletes them.
final class RunRoutes {
  static final String PATH = "/api/v1/runs";
  static final String ON_REQUEST = "on request";
  private static final int LONGEST_WAIT_SECONDS = 60;
  private static final int MOST_BODY_BYTES = 64 << 10;
  private static final long MOST_GRACE_SECONDS = 24 * 3600;
  private static final long MOST_REASON_BYTES = 1000;

  private final HttpSettings settings;
  private final RunService runs;
  private final RunView view;
  private final Waiter waiter;

  RunRoutes(HttpSettings settings, RunService runs, RunView view, Waiter waiter) {
    this.settings = settings;
    this.runs = runs;
    this.view = view;
    this.waiter = waiter;
  }

  /// GET /runs/{id}
  Future<Void> find(RoutingContext ctx) {
    RunId id = RunIds.of(ctx);
    var faults = new Faults();
    Query query = Query.read(ctx.request(), faults, Set.of("wait"), Set.of());
    OptionalDouble wait = query.seconds("wait", LONGEST_WAIT_SECONDS);
    faults.refuse();
    Future<Optional<Run>> found =
        wait.orElse(0) > 0
            ? waiter.forEnd(id, wait.getAsDouble(), ctx.response())
            : Patience.within(runs.find(id));
    return found
        .map(run -> run.orElseThrow(() -> new Refusal(Problems.noSuchRun(id))))
        .compose(run -> Patience.within(view.full(ctx, run)))
        .compose(json -> Answers.json(ctx, 200, json));
  }

  /// GET /runs
  Future<Void> list(RoutingContext ctx) {
    var faults = new Faults();
    ListQuery query = ListQuery.read(ctx.request(), faults);
    faults.refuse();
    return Patience.within(runs.list(query.filter(), query.position(), query.limit()))
        .compose(
            page ->
                Patience.within(view.items(page.items()))
                    .compose(
                        items -> {
                          Optional<String> next =
                              page.more()
                                  ? page.continueBefore()
                                      .map(run -> Cursor.encode(run, query.filter()))
                                  : Optional.empty();
                          next.ifPresent(
                              cursor -> ctx.response().putHeader("Link", query.link(cursor)));
                          var json =
                              new JsonObject()
                                  .put("items", items)
                                  .put("nextCursor", next.orElse(null));
                          page.searchedBackTo()
                              .ifPresent(to -> json.put("searchedBackTo", RunJson.time(to)));
                          return Answers.json(ctx, 200, json);
                        }));
  }

  /// POST /runs/{id}/cancel
  Future<Void> cancel(RoutingContext ctx) {
    RunId id = RunIds.of(ctx);
    Query.refuseAny(ctx.request());
    return Bodies.read(ctx, "The body", MOST_BODY_BYTES, settings.bodyTimeout())
        .compose(
            body -> {
              var faults = new Faults();
              var fields = new Fields("", Json.optional(ctx.request(), body, faults), faults);
              Optional<Duration> grace =
                  fields
                      .number("graceSeconds", 0, MOST_GRACE_SECONDS)
                      .map(SubmissionReader::duration);
              Optional<String> reason = fields.line("reason", MOST_REASON_BYTES);
              fields.refuseOthers();
              faults.refuse();
              return Patience.within(runs.cancel(id, reason.orElse(ON_REQUEST), grace));
            })
        .compose(
            answer ->
                switch (answer) {
                  case CancelAnswer.Stopping(Run run) ->
                      view.full(ctx, run).compose(json -> Answers.json(ctx, 202, json));
                  case CancelAnswer.AlreadyEnded(Run run) -> refuse(Problems.alreadyEnded(run));
                  case CancelAnswer.Unknown unknown -> refuse(Problems.noSuchRun(id));
                });
  }

  /// DELETE /runs/{id}
  Future<Void> delete(RoutingContext ctx) {
    RunId id = RunIds.of(ctx);
    Query.refuseAny(ctx.request());
    return runs.delete(id)
        .compose(
            answer ->
                switch (answer) {
                  case DELETED -> Answers.empty(ctx, 204);
                  case LIVE -> refuse(Problems.stillLive(id));
                  case UNKNOWN -> refuse(Problems.noSuchRun(id));
                });
  }

  private static Future<Void> refuse(Problem problem) {
    return Future.failedFuture(new Refusal(problem));
  }
}
