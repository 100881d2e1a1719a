package io.millrace.http;

import io.millrace.bus.Topics;
import io.millrace.run.Run;
import io.millrace.run.RunId;
import io.millrace.runner.RunService;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;

/// Holds an answer back until a run has ended, for a while.
final class Waiter {
  private final Vertx vertx;
  private final RunService runs;

  Waiter(Vertx vertx, RunService runs) {
    this.vertx = vertx;
    this.runs = runs;
  }

  /// The run as soon as it has ended, or as it is after `seconds`, or when the client has gone.
  Future<Optional<Run>> forEnd(RunId id, double seconds, HttpServerResponse response) {
    Promise<Optional<Run>> ended = Promise.promise();
    var news =
        Topics.changed(id)
            .consume(
                vertx.eventBus(),
                run -> {
                  if (run.status().ended()) {
                    ended.tryComplete(Optional.of(run));
                  }
                });
    long timer =
        vertx.setTimer(
            Math.max(1, Math.round(seconds * 1000)),
            late -> runs.find(id).onSuccess(ended::tryComplete).onFailure(ended::tryFail));
    response.closeHandler(gone -> ended.tryComplete(Optional.empty()));
    runs.find(id)
        .onFailure(ended::tryFail)
        .onSuccess(
            found -> {
              if (found.map(run -> run.status().ended()).orElse(true)) {
                ended.tryComplete(found);
              }
            });
    return ended
        .future()
        .onComplete(
            done -> {
              vertx.cancelTimer(timer);
              news.unregister();
            });
  }
}
