package io.millrace.runner;

import io.millrace.run.RunId;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stops the run whose concurrency key a new one was promised, however long that takes: the new one
/// waits for it. Any thread may call.
final class Replacement {
  private static final Logger LOG = LoggerFactory.getLogger(Replacement.class);
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final Vertx vertx;
  private final Canceller canceller;

  Replacement(Vertx vertx, Canceller canceller) {
    this.vertx = vertx;
    this.canceller = canceller;
  }

  /// Asks for the end of `holder` until that is recorded or it is over.
  void stop(RunId holder, RunId successor) {
    canceller
        .cancel(holder, "replaced by run " + successor, Optional.empty())
        .onFailure(
            failure -> {
              LOG.warn(
                  "run {}: is not stopped yet, and run {} waits to replace it ({}). Next try in"
                      + " {} s.",
                  holder,
                  successor,
                  failure.toString(),
                  PAUSE.toSeconds());
              vertx.setTimer(PAUSE.toMillis(), timer -> stop(holder, successor));
            });
  }
}
