package io.millrace.http;

import io.millrace.run.Run;
import io.millrace.runner.QueuePlace;
import io.millrace.spool.Slice;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;

/// An answer that goes on until the run has ended: `GET …/output?follow=true`.
final class FollowingResponse implements RunFollower.Viewer {
  private final HttpServerResponse response;
  private final OutputRendering rendering;
  private final Promise<Void> done = Promise.promise();

  FollowingResponse(HttpServerResponse response, OutputRendering rendering) {
    this.response = response;
    this.rendering = rendering;
  }

  Future<Void> done() {
    return done.future();
  }

  @Override
  public boolean isFull() {
    return response.writeQueueFull();
  }

  @Override
  public void status(Run run, Optional<QueuePlace> place) {
    // Only bytes are wanted here.
  }

  @Override
  public void output(Slice.Data data) {
    response.write(rendering.render(data));
  }

  @Override
  public void gap(Slice.Gap gap) {
    // Passed over, as the reference says.
  }

  @Override
  public void end(Run run) {
    response.end().onSuccess(done::tryComplete).onFailure(done::tryFail);
  }

  @Override
  public void failed(Throwable failure) {
    done.tryFail(failure);
  }
}
