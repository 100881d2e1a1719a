package io.millrace.runner;

import io.millrace.keeper.Command;
import io.millrace.run.Outcome;
import io.millrace.run.Run;
import io.millrace.run.RunId;
import io.millrace.run.StopRequest;
import io.millrace.store.DatabaseAway;
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

/// Stops the runs of one runner: those that live, and those that are about to arrive.
///
/// Owned by the [RunnerVerticle]'s context.
final class Stops {
  /// Longer than the database takes to be away, shorter than clients are promised an answer.
  private static final Duration RECORDED_WITHIN = Duration.ofSeconds(15);

  private final LiveRuns live;
  private final KeeperLink keeper;
  private final RunStore store;
  private final NodeEpoch me;
  private final InstantSource clock;
  private final Changes changes;
  private final Later later;

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
      Changes changes,
      Later later) {
    this.live = live;
    this.keeper = keeper;
    this.store = store;
    this.me = me;
    this.clock = clock;
    this.changes = changes;
    this.later = later;
  }

  /// Remembers to stop a run that is about to arrive, unless somebody else wants that already;
  /// empty when it has arrived.
  Optional<StopRequest> requestAhead(RunId run, String by, Optional<Duration> grace) {
    if (live.find(run).isPresent()) {
      return Optional.empty();
    }
    var request = new StopRequest(clock.instant(), by, grace.orElse(Duration.ZERO));
    ahead.putIfAbsent(run, request);
    return Optional.of(request);
  }

  /// Takes out what was remembered.
  Optional<StopRequest> takeAhead(RunId run) {
    return Optional.ofNullable(ahead.remove(run));
  }

  /// Takes out what was remembered for this one; false if that is something else or gone.
  boolean forgetAhead(RunId run, StopRequest request) {
    return ahead.remove(run, request);
  }

  /// Stops a live attempt; the future completes as soon as either the keeper or the database has
  /// recorded it, and fails when both are away for long. The stop is remembered all the same.
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
    later.run(RECORDED_WITHIN, () -> giveUp(seen.id(), recorded));
    var stopping = now.get().stopping(asked).run();
    store
        .requestStop(me, seen.id(), seen.attempt(), asked)
        .onSuccess(ours -> answer(recorded, stopping, ours));
    return recorded.future();
  }

  private void giveUp(RunId run, Promise<Run> recorded) {
    var waiting = awaited.get(run);
    if (waiting != null && waiting.remove(recorded) && waiting.isEmpty()) {
      awaited.remove(run);
    }
    recorded.tryFail(
        new DatabaseAway(
            "neither the keeper nor the database has recorded the stop of run " + run));
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

  /// Tells that an attempt stops whose stop came before it, and answers how it ends.
  Ending neverStarted(LiveRun run, StopRequest stop) {
    var cancelled = new Outcome.Cancelled(stop.by(), Optional.empty());
    changes.apply(run.id(), run.attempt(), before -> before.stopping(stop));
    return Ending.neverStarted(
        run.stopping(stop), cancelled, clock.instant(), Optional.of(stop.at()));
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
