package io.millrace.http;

import io.millrace.run.RunId;
import io.millrace.runner.OutputSource;
import io.millrace.runner.RunService;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/// Opens streams. Everything that can be refused is refused before the upgrade, with a status.
final class StreamRoutes {
  /// Escaped as JSON, the worst of it stays below what common clients take as one message.
  private static final int CHUNK_BYTES = 32 << 10;

  private final Vertx vertx;
  private final HttpSettings settings;
  private final RunService runs;
  private final OutputSource source;
  private final Viewers viewers;

  StreamRoutes(
      Vertx vertx, HttpSettings settings, RunService runs, OutputSource source, Viewers viewers) {
    this.vertx = vertx;
    this.settings = settings;
    this.runs = runs;
    this.source = source;
    this.viewers = viewers;
  }

  /// GET /runs/{id}/stream
  Future<Void> stream(RoutingContext ctx) {
    HttpServerRequest request = ctx.request();
    RunId id = RunIds.of(ctx);
    var faults = new Faults();
    Query query = Query.read(request, faults, Set.of("from"), Set.of());
    long from = query.whole("from", 0, Long.MAX_VALUE).orElse(0);
    faults.refuse();
    Upgrade.require(request);
    var follower = new RunFollower(vertx, runs, source, id, CHUNK_BYTES, viewers);
    request.pause();
    return follower
        .open()
        .compose(
            found ->
                found.isEmpty()
                    ? Future.failedFuture(new Refusal(Problems.noSuchRun(id)))
                    : request
                        .toWebSocket()
                        .onSuccess(
                            socket ->
                                OutputStream.serve(
                                    vertx,
                                    settings,
                                    socket,
                                    request.connection(),
                                    follower,
                                    new StreamCommands(runs, id),
                                    found.get(),
                                    from)))
        .onFailure(
            refused -> {
              follower.close();
              request.resume();
            })
        .mapEmpty();
  }
}
