package io.millrace.runner;

import io.millrace.bus.Topics;
import io.millrace.run.Run;
import io.millrace.run.RunId;
import io.millrace.run.RunState;
import io.millrace.store.Cancellation;
import io.millrace.store.DatabaseAway;
import io.millrace.store.NodeEpoch;
import io.millrace.store.RunStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Stops runs, wherever they are on their way: queued, claimed and not here yet, running, ended.
///
/// Where a run is can change while it is asked; then the question begins anew. Any thread may call.
final class Canceller {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
  private static final int LOOKS = 250;

  private final Vertx vertx;
  private final RunStore store;
  private final NodeEpoch me;
  private final LiveRuns live;
  private final Runners runners;
  private final InstantSource clock;

  Canceller(
      Vertx vertx,
      RunStore store,
      NodeEpoch me,
      LiveRuns live,
      Runners runners,
      InstantSource clock) {
    this.vertx = vertx;
    this.store = store;
    this.me = me;
    this.live = live;
    this.runners = runners;
    this.clock = clock;
  }

  /// What is asked for, and how often it may be asked anew.
  private record Ask(RunId run, String by, Optional<Duration> grace, int looksLeft) {
    Ask anew() {
      return new Ask(run, by, grace, looksLeft - 1);
    }
  }

  Future<CancelAnswer> cancel(RunId run, String by, Optional<Duration> grace) {
    return cancel(new Ask(run, by, grace, LOOKS));
  }

  private Future<CancelAnswer> cancel(Ask ask) {
    var here = live.find(ask.run());
    if (here.isPresent()) {
      return runners
          .of(ask.run())
          .stop(here.get(), ask.by(), ask.grace())
          .<CancelAnswer>map(CancelAnswer.Stopping::new)
          .recover(
              failure ->
                  failure instanceof Stops.Gone
                      ? again(ask, failure)
                      : Future.failedFuture(failure));
    }
    return store
        .cancelQueued(ask.run(), ask.by(), clock.instant())
        .compose(answer -> decide(ask, answer));
  }

  /// Its end is on its way to the database: then it says what there is to stop.
  private Future<CancelAnswer> again(Ask ask, Throwable failure) {
    return ask.looksLeft() == 0
        ? Future.failedFuture(
            new DatabaseAway("the end of run " + ask.run() + " is not stored yet", failure))
        : vertx
            .timer(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)
            .compose(later -> cancel(ask.anew()));
  }

  private Future<CancelAnswer> decide(Ask ask, Cancellation answer) {
    return switch (answer) {
      case Cancellation.Cancelled cancelled -> {
        Topics.tellChanged(vertx.eventBus(), cancelled.run());
        yield Future.succeededFuture(new CancelAnswer.Stopping(cancelled.run()));
      }
      case Cancellation.Ended ended ->
          Future.succeededFuture(new CancelAnswer.AlreadyEnded(ended.run()));
      case Cancellation.Unknown unknown -> Future.succeededFuture(new CancelAnswer.Unknown());
      case Cancellation.Claimed claimed when ask.looksLeft() > 0 -> stopAhead(ask);
      case Cancellation.Claimed claimed ->
          Future.failedFuture(
              new IllegalStateException(
                  "run %s is claimed by %s, but did not arrive at this node (%s)"
                      .formatted(ask.run(), claimed.by(), me)));
    };
  }

  /// The run is claimed but not alive here: it is about to arrive, or its end has just become
  /// durable.
  private Future<CancelAnswer> stopAhead(Ask ask) {
    var runner = runners.of(ask.run());
    return runner
        .stopAhead(ask.run(), ask.by(), ask.grace())
        .compose(
            ahead ->
                ahead.isEmpty()
                    // It has arrived just now.
                    ? cancel(ask.anew())
                    : vertx
                        .timer(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)
                        .compose(later -> runner.unstopAhead(ask.run(), ahead.get()))
                        .compose(still -> still ? cancel(ask.anew()) : carriedOut(ask)));
  }

  /// The stop met the run when it arrived, unless somebody else's stood for it: then it is asked
  /// for again.
  private Future<CancelAnswer> carriedOut(Ask ask) {
    var here = live.find(ask.run()).map(LiveRun::run);
    return (here.isPresent() ? Future.succeededFuture(here) : store.find(ask.run()))
        .compose(
            known ->
                known.filter(Canceller::wasStopped).isPresent()
                    ? Future.succeededFuture(new CancelAnswer.Stopping(known.get()))
                    : cancel(ask.anew()));
  }

  private static boolean wasStopped(Run run) {
    return switch (run.state()) {
      case RunState.Queued queued -> false;
      case RunState.Running running -> running.stop().isPresent();
      case RunState.Ended ended -> ended.stopRequestedAt().isPresent();
    };
  }
}
