package io.millrace.runner;

import io.millrace.keeper.Command;
import io.millrace.run.Outcome;
import io.millrace.run.Run;
import io.millrace.run.RunId;
import io.millrace.run.StopRequest;
import io.millrace.store.NodeEpoch;
import io.millrace.store.RunStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// What one runner's runs were asked to: to stop, while they live or before they are here.
///
/// Owned by the [RunnerVerticle]'s context.
final class Stops {
  private final LiveRuns live;
  private final KeeperLink keeper;
  private final RunStore store;
  private final NodeEpoch me;
  private final InstantSource clock;
  private final Changes changes;

  /// Stops of runs that are claimed in the database but did not arrive here yet.
  private final Map<RunId, StopRequest> ahead = new HashMap<>();

  /// Who waits for the keeper to say that a stop is recorded.
  private final Map<RunId, List<Promise<Run>>> awaited = new HashMap<>();

  /// Changes a live attempt, and tells so.
  @FunctionalInterface
  interface Changes {
    void apply(RunId id, int attempt, UnaryOperator<LiveRun> change);
  }

  Stops(
      LiveRuns live,
      KeeperLink keeper,
      RunStore store,
      NodeEpoch me,
      InstantSource clock,
      Changes changes) {
    this.live = live;
    this.keeper = keeper;
    this.store = store;
    this.me = me;
    this.clock = clock;
    this.changes = changes;
  }

  /// Remembers to stop a run that is about to arrive; false when it has arrived.
  boolean requestAhead(RunId run, String by, Optional<Duration> grace) {
    boolean isAhead = live.find(run).isEmpty();
    if (isAhead) {
      ahead.put(run, new StopRequest(clock.instant(), by, grace.orElse(Duration.ZERO)));
    }
    return isAhead;
  }

  /// Takes out what was remembered.
  Optional<StopRequest> takeAhead(RunId run) {
    return Optional.ofNullable(ahead.remove(run));
  }

  /// Stops a live attempt; the future completes as soon as either the keeper or the database has
  /// recorded it.
  Future<Run> request(LiveRun seen, String by, Optional<Duration> grace) {
    var now = live.find(seen.id());
    if (now.isEmpty() || now.get().attempt() != seen.attempt() || now.get().over()) {
      return Future.failedFuture(new Gone());
    }
    var asked =
        now.get()
            .state()
            .stop()
            .map(earlier -> shortened(earlier, grace))
            .orElseGet(
                () ->
                    new StopRequest(
                        clock.instant(), by, grace.orElse(now.get().run().submission().grace())));
    changes.apply(seen.id(), seen.attempt(), run -> run.stopping(asked));
    keeper.send(command(now.get(), asked));
    Promise<Run> recorded = Promise.promise();
    awaited.computeIfAbsent(seen.id(), id -> new ArrayList<>()).add(recorded);
    var stopping = now.get().stopping(asked).run();
    store
        .requestStop(me, seen.id(), seen.attempt(), asked)
        .onSuccess(ours -> answer(recorded, stopping, ours));
    return recorded.future();
  }

  /// The keeper has recorded that the attempt is to stop, or it has ended.
  void recorded(Run run) {
    var waiting = awaited.remove(run.id());
    if (waiting != null) {
      waiting.forEach(promise -> promise.tryComplete(run));
    }
  }

  static Command command(LiveRun run, StopRequest stop) {
    return new Command.Stop(run.id(), run.attempt(), stop.by(), stop.grace());
  }

  /// How an attempt ends whose stop came before it.
  Ending neverStarted(LiveRun run, StopRequest stop) {
    var cancelled = new Outcome.Cancelled(stop.by(), Optional.empty());
    return Ending.neverStarted(run, cancelled, clock.instant(), Optional.of(stop.at()));
  }

  private static void answer(Promise<Run> recorded, Run stopping, boolean ours) {
    if (ours) {
      recorded.tryComplete(stopping);
    } else {
      recorded.tryFail(new Gone());
    }
  }

  private static StopRequest shortened(StopRequest earlier, Optional<Duration> grace) {
    var shorter = grace.filter(wish -> wish.compareTo(earlier.grace()) < 0);
    return shorter.map(wish -> new StopRequest(earlier.at(), earlier.by(), wish)).orElse(earlier);
  }

  /// The attempt has ended, and its end is or becomes durable; or it is not this node's any more.
  static final class Gone extends RuntimeException {
    private static final long serialVersionUID = 1;

    Gone() {
      super("the attempt has ended", null, false, false);
    }
  }
}
