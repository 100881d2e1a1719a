package io.millrace.runner;

import io.millrace.bus.Topics;
import io.millrace.keeper.Command;
import io.millrace.keeper.News;
import io.millrace.run.OutputCounts;
import io.millrace.run.Run;
import io.millrace.run.RunId;
import io.millrace.run.StopRequest;
import io.millrace.spool.RunDirectory;
import io.millrace.spool.SpoolRoots;
import io.millrace.store.Claimed;
import io.millrace.store.NodeEpoch;
import io.millrace.store.RunStore;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Drives its share of this node's runs from the claim to the end that the keeper tells.
///
/// A worker verticle: it writes files. Every field belongs to its context; its methods for others
/// hop onto it.
final class RunnerVerticle extends VerticleBase {
  private final SpoolRoots spool;
  private final LiveRuns live;
  private final KeeperLink keeper;
  private final Finisher finisher;
  private final HeadFlusher heads;
  private final Meters meters;
  private final Starts starts;
  private final Stops stops;

  /// What others hand over, in their order.
  private final Mailbox<Runnable> mailbox = new Mailbox<>(() -> context, Runnable::run);

  RunnerVerticle(
      SpoolRoots spool,
      LiveRuns live,
      Launches launches,
      LongTexts texts,
      KeeperLink keeper,
      Finisher finisher,
      HeadFlusher heads,
      RunStore store,
      NodeEpoch me,
      InstantSource clock,
      Meters meters) {
    this.spool = spool;
    this.live = live;
    this.keeper = keeper;
    this.finisher = finisher;
    this.heads = heads;
    this.meters = meters;
    Later later = (pause, action) -> vertx.setTimer(pause.toMillis(), timer -> action.run());
    this.starts =
        new Starts(
            spool,
            live,
            launches,
            (run, use) -> texts.with(vertx, run, use),
            keeper,
            clock,
            this::end,
            later);
    this.stops = new Stops(live, keeper, store, me, clock, this::change, later);
  }

  /// Starts a run that was claimed just now. From any context.
  void begin(Claimed claimed) {
    long now = System.nanoTime();
    mailbox.put(() -> take(claimed, now));
  }

  /// Takes on a run that was claimed before this server started, and whose script may be running.
  /// From any context.
  void takeOver(Claimed claimed) {
    long now = System.nanoTime();
    mailbox.put(() -> starts.again(arrived(claimed, now)));
  }

  /// Hands over what the keeper said of one of these runs. From any thread.
  void tell(News news) {
    mailbox.put(() -> hear(news));
  }

  /// Says everything again that a keeper may have missed. From any thread.
  void keeperIsBack(Iterable<LiveRun> mine) {
    mailbox.put(() -> mine.forEach(starts::again));
  }

  /// Stops a run that this node has claimed; the future completes when the stop is recorded.
  Future<Run> stop(LiveRun run, String by, Optional<Duration> grace) {
    return Hop.to(vertx, context, () -> stops.request(run, by, grace));
  }

  /// Remembers to stop a run that is claimed for this node and about to arrive; empty when it has
  /// arrived.
  Future<Optional<StopRequest>> stopAhead(RunId run, String by, Optional<Duration> grace) {
    return Hop.to(vertx, context, () -> Future.succeededFuture(stops.requestAhead(run, by, grace)));
  }

  /// Forgets this very stop ahead; false when another one stands for it, or the run has arrived.
  Future<Boolean> unstopAhead(RunId run, StopRequest request) {
    return Hop.to(vertx, context, () -> Future.succeededFuture(stops.forgetAhead(run, request)));
  }

  private void take(Claimed claimed, long claimedNanos) {
    var fresh = arrived(claimed, claimedNanos);
    stops
        .takeAhead(fresh.id())
        .ifPresentOrElse(stop -> end(stops.neverStarted(fresh, stop)), () -> starts.first(fresh));
  }

  private LiveRun arrived(Claimed claimed, long claimedNanos) {
    var run = claimed.run();
    var directory = RunDirectory.of(spool, run.id(), run.attempt());
    var arrived = LiveRun.claimed(run, directory, claimedNanos);
    live.put(arrived);
    return arrived;
  }

  /// Only this context starts an attempt, so that from here on nobody does.
  private void end(Ending ending) {
    live.update(ending.live().id(), ending.live().attempt(), LiveRun::ended);
    stops.recorded(ending.live().run());
    finisher.end(ending);
  }

  private void hear(News news) {
    switch (news) {
      case News.Started started -> started(started);
      case News.Advanced advanced -> advance(advanced);
      case News.Stopping stopping -> stopping(stopping);
      case News.Exited exited -> exited(exited);
      case News.Welcome welcome -> throw notOfARun(welcome);
      case News.Known known -> throw notOfARun(known);
      case News.InputTaken taken -> throw notOfARun(taken);
      case News.InputRefused refused -> throw notOfARun(refused);
      case News.Sampled sampled -> throw notOfARun(sampled);
    }
  }

  private void started(News.Started started) {
    change(started.run(), started.attempt(), run -> begun(run, started.at()));
  }

  private LiveRun begun(LiveRun run, Instant at) {
    if (run.state().startedAt().isEmpty()) {
      meters.spawned(Meters.since(run.claimedNanos()));
    }
    return run.started(at);
  }

  private void advance(News.Advanced advanced) {
    wrote(advanced.run(), advanced.attempt(), advanced.counts())
        .ifPresent(
            run -> {
              Topics.output(run.id()).publish(vertx.eventBus(), run.run().output());
              heads.advanced(run);
            });
  }

  private Optional<LiveRun> wrote(RunId id, int attempt, OutputCounts counts) {
    return live.update(
        id,
        attempt,
        before -> {
          var after = before.wrote(counts);
          meters.wrote(after.run().output().bytes() - before.run().output().bytes());
          return after;
        });
  }

  private void stopping(News.Stopping stopping) {
    var run = live.find(stopping.run());
    if (run.isPresent() && run.get().attempt() == stopping.attempt()) {
      stops.recorded(run.get().run());
    }
  }

  private void exited(News.Exited exited) {
    var record = exited.record();
    var run = live.find(record.run());
    if (run.isEmpty() || run.get().attempt() != record.attempt()) {
      keeper.send(new Command.Forget(record.run(), record.attempt()));
      return;
    }
    wrote(record.run(), record.attempt(), record.counts())
        .ifPresent(last -> end(Ending.of(last, record)));
  }

  private void change(RunId id, int attempt, UnaryOperator<LiveRun> change) {
    live.update(id, attempt, change)
        .ifPresent(run -> Topics.tellChanged(vertx.eventBus(), run.run()));
  }

  private static IllegalStateException notOfARun(News news) {
    return new IllegalStateException("this is no news of a run: " + news);
  }
}
