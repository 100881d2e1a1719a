package io.millrace.http;

import io.millrace.run.Run;
import io.millrace.run.RunId;
import io.millrace.runner.AsyncLoop;
import io.millrace.runner.OutputSource;
import io.millrace.runner.RunService;
import io.millrace.spool.Slice;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/// Hands out what a run wrote, byte for byte, a piece at a time: however long it is, little of it
/// is in memory.
final class OutputRoutes {
  private static final String TRUNCATED = "Millrace-Truncated-Bytes";
  private static final int CHUNK_BYTES = 128 << 10;

  private final Vertx vertx;
  private final RunService runs;
  private final OutputSource source;
  private final Viewers viewers;

  OutputRoutes(Vertx vertx, RunService runs, OutputSource source, Viewers viewers) {
    this.vertx = vertx;
    this.runs = runs;
    this.source = source;
    this.viewers = viewers;
  }

  /// GET /runs/{id}/output
  Future<Void> output(RoutingContext ctx) {
    RunId id = RunIds.of(ctx);
    var faults = new Faults();
    OutputRequest wanted = OutputRequest.read(ctx.request(), faults);
    faults.refuse();
    if (wanted.follow() && ctx.request().method().name().equals("GET")) {
      return follow(ctx, id, wanted);
    }
    return Patience.within(runs.find(id))
        .map(found -> found.orElseThrow(() -> new Refusal(Problems.noSuchRun(id))))
        .compose(
            run ->
                OutputPart.of(run, wanted, source)
                    .compose(
                        part ->
                            part.truncated(run, source)
                                .compose(gaps -> send(ctx, run, wanted, part, gaps))));
  }

  private Future<Void> send(
      RoutingContext ctx, Run run, OutputRequest wanted, OutputPart part, long truncated) {
    HttpServerResponse response = ctx.response();
    head(response)
        .putHeader("Accept-Ranges", "bytes")
        .putHeader("Millrace-Next-Offset", Long.toString(part.to()))
        .putHeader(TRUNCATED, Long.toString(truncated));
    if (part.range()) {
      String total = run.status().ended() ? Long.toString(part.total()) : "*";
      String range = "bytes %d-%d/%s".formatted(part.from(), part.to() - 1, total);
      response.setStatusCode(206).putHeader("Content-Range", range);
    }
    boolean plain = wanted.only().isEmpty() && !wanted.timestamps();
    if (plain && truncated == 0) {
      response.putHeader("Content-Length", Long.toString(part.to() - part.from()));
    } else {
      response.setChunked(true);
    }
    if (ctx.request().method().name().equals("HEAD")) {
      return response.end();
    }
    var rendering = new OutputRendering(wanted.only(), wanted.timestamps(), part.skip());
    var at = new long[] {part.from()};
    return AsyncLoop.whileTrue(() -> sendPiece(response, run.id(), rendering, at, part.to()))
        .compose(sent -> response.closed() ? Future.succeededFuture() : response.end());
  }

  private Future<Boolean> sendPiece(
      HttpServerResponse response, RunId id, OutputRendering rendering, long[] at, long to) {
    if (at[0] >= to || response.closed()) {
      return Future.succeededFuture(false);
    }
    return source
        .read(id, at[0], (int) Math.min(CHUNK_BYTES, to - at[0]))
        .compose(
            slice ->
                switch (slice) {
                  case Slice.Data data -> {
                    at[0] = data.next();
                    response.write(rendering.render(data));
                    yield room(response);
                  }
                  case Slice.Gap(long offset, long next) -> {
                    at[0] = next;
                    // What was promised has gone while it was sent: only breaking off says so.
                    yield response.headers().contains("Content-Length")
                        ? broken("bytes %d to %d of run %s are gone".formatted(offset, next, id))
                        : Future.succeededFuture(true);
                  }
                  case Slice.AtEnd(long total) ->
                      broken("run %s ends at %d, not at %d".formatted(id, total, to));
                  case Slice.NotHere nowhere ->
                      broken("nobody has offset %d of run %s".formatted(at[0], id));
                });
  }

  private static Future<Boolean> broken(String why) {
    return Future.failedFuture(new IllegalStateException(why));
  }

  /// True as soon as more can be written; false when the client has gone.
  private static Future<Boolean> room(HttpServerResponse response) {
    if (response.closed() || !response.writeQueueFull()) {
      return Future.succeededFuture(!response.closed());
    }
    Promise<Boolean> room = Promise.promise();
    response.drainHandler(drained -> room.tryComplete(true));
    response.closeHandler(gone -> room.tryComplete(false));
    return room.future();
  }

  private Future<Void> follow(RoutingContext ctx, RunId id, OutputRequest wanted) {
    var follower = new RunFollower(vertx, runs, source, id, CHUNK_BYTES, viewers);
    HttpServerResponse response = ctx.response();
    response.closeHandler(gone -> follower.close());
    return follower
        .open()
        .map(found -> found.orElseThrow(() -> new Refusal(Problems.noSuchRun(id))))
        .compose(
            run ->
                OutputPart.of(run, wanted, source)
                    .compose(
                        part ->
                            part.truncated(run, source)
                                .compose(
                                    gaps -> {
                                      response.putHeader(TRUNCATED, Long.toString(gaps));
                                      return follow(response, follower, run, part, wanted);
                                    })))
        .onFailure(refused -> follower.close());
  }

  private static Future<Void> follow(
      HttpServerResponse response,
      RunFollower follower,
      Run run,
      OutputPart part,
      OutputRequest wanted) {
    head(response).setChunked(true).writeHead();
    response.drainHandler(drained -> follower.resume());
    var rendering = new OutputRendering(wanted.only(), wanted.timestamps(), part.skip());
    var viewer = new FollowingResponse(response, rendering);
    follower.begin(viewer, run, part.from(), wanted.to().orElse(Long.MAX_VALUE));
    return viewer.done();
  }

  private static HttpServerResponse head(HttpServerResponse response) {
    return response.putHeader("Content-Type", "text/plain; charset=utf-8");
  }
}
