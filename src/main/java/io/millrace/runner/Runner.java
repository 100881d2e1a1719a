package io.millrace.runner;

import io.millrace.keeper.Command;
import io.millrace.keeper.News;
import io.millrace.run.RunId;
import io.millrace.spool.SpoolRoots;
import io.millrace.store.Claimed;
import io.millrace.store.DatabaseAway;
import io.millrace.store.NodeEpoch;
import io.millrace.store.OutputStore;
import io.millrace.store.RunStore;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This package as one part: makes its objects, deploys its verticles in order, and stops them.
public final class Runner {
  private static final Logger LOG = LoggerFactory.getLogger(Runner.class);
  private static final int RUNNERS = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 8);
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final RunStore store;
  private final NodeEpoch me;
  private final LiveRuns live = new LiveRuns();
  private final KeeperLink keeper;
  private final QueueVerticle queue;
  private final Finisher finisher;
  private final List<RunnerVerticle> verticles = new ArrayList<>();
  private final Runners runners;
  private final Canceller canceller;
  private final Runs runs;
  private final RunOutput output;
  private final TakeOver takeOver;

  /// What this part needs to know.
  ///
  /// @param defaultUser that scripts run as
  public record Options(
      Path dataDir,
      SpoolRoots spool,
      int maxRunning,
      int maxQueued,
      Optional<String> defaultUser) {}

  public Runner(
      Vertx vertx,
      RunStore store,
      OutputStore outputs,
      NodeEpoch me,
      KeeperSource keepers,
      InstantSource clock,
      Meters meters,
      Options options) {
    this.vertx = vertx;
    this.store = store;
    this.me = me;
    this.runners = new Runners(verticles);
    this.keeper = new KeeperLink(keepers, runners, live);
    this.queue =
        new QueueVerticle(
            store,
            me,
            runners,
            new RunId.Generator(clock),
            clock,
            options.maxRunning(),
            options.maxQueued(),
            meters);
    var heads = new HeadFlusher(vertx, outputs, me);
    this.finisher =
        new Finisher(new EndWriter(store, outputs, me, meters), live, keeper, queue, heads);
    var launches = new Launches(options.defaultUser());
    var texts = new LongTexts(store);
    for (int i = 0; i < RUNNERS; i++) {
      verticles.add(
          new RunnerVerticle(
              options.spool(),
              live,
              launches,
              texts,
              keeper,
              finisher,
              heads,
              store,
              me,
              clock,
              meters));
    }
    this.canceller = new Canceller(vertx, store, me, live, runners, clock);
    this.output = new RunOutput(vertx, live, outputs);
    this.takeOver = new TakeOver(options.dataDir(), options.spool(), live, finisher, clock);
    this.runs =
        new Runs(
            vertx,
            store,
            live,
            queue,
            new HostChecks(vertx, keeper),
            keeper,
            canceller,
            new LiveText(live, output.unshared()));
  }

  /// Takes over what an earlier life left, finds or starts the keeper, then takes work.
  public Future<Void> start() {
    var worker = new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER);
    var deployed = new ArrayList<Future<String>>();
    deployed.add(vertx.deployVerticle(keeper, worker));
    deployed.add(vertx.deployVerticle(finisher, worker));
    verticles.forEach(verticle -> deployed.add(vertx.deployVerticle(verticle, worker)));
    return Future.all(deployed)
        .compose(done -> vertx.deployVerticle(queue))
        .compose(done -> claimedBefore())
        .compose(
            claimed ->
                queue
                    .occupy(claimed.size())
                    .compose(done -> vertx.executeBlocking(() -> takeOver.sort(claimed))))
        .compose(
            again -> {
              again.forEach(runners::takeOver);
              return queue.begin().compose(begun -> keeper.open());
            });
  }

  /// What an earlier life had claimed. Nothing can begin before that is known, so a database that
  /// goes away in this moment is waited for.
  private Future<List<Claimed>> claimedBefore() {
    return store
        .claimedBy(me)
        .recover(
            failure -> {
              if (!(failure instanceof DatabaseAway)) {
                return Future.failedFuture(failure);
              }
              LOG.warn("start: earlier runs are not known yet: {}", failure.toString());
              return vertx
                  .timer(ASK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)
                  .compose(later -> claimedBefore());
            });
  }

  public RunService runs() {
    return runs;
  }

  public OutputSource output() {
    return output;
  }

  /// What the present keeper said of itself; empty while it is away.
  public Optional<News.Welcome> keeper() {
    return keeper.keeper();
  }

  /// How busy this node is; answered by the context that everything passes through.
  public Future<Load> load() {
    return queue
        .slots()
        .map(
            slots ->
                new Load(slots.total(), slots.taken(), finisher.backlogNow(), slots.stopping()));
  }

  /// Stops taking work and lets go of the keeper: scripts go on, and the next start takes them on.
  public Future<Void> detach(Duration atMost) {
    queue.close();
    return until(() -> finisher.backlogNow() == 0, atMost).compose(done -> keeper.close());
  }

  /// Stops taking work, waits for the scripts for `grace`, cancels the rest, and ends the keeper.
  public Future<Void> drain(Duration grace) {
    queue.close();
    if (live.count() > 0) {
      LOG.info(
          "stopping: {} runs may go on for {} s, then they are cancelled",
          live.count(),
          grace.toSeconds());
    }
    return until(() -> live.count() == 0, grace)
        .compose(
            inTime -> {
              live.all().forEach(this::cancelForStop);
              return until(() -> live.count() == 0, Duration.ofMinutes(2));
            })
        .compose(
            done -> {
              keeper.send(new Command.End());
              return keeper.close();
            });
  }

  /// Ends the keeper with all its scripts and stores nothing more: a newer server of this node has
  /// taken over their rows.
  public Future<Void> abandon() {
    queue.close();
    keeper.send(new Command.End());
    return keeper.close();
  }

  private void cancelForStop(LiveRun run) {
    var unused = canceller.cancel(run.id(), "the service is stopping", Optional.empty());
  }

  private Future<Boolean> until(BooleanSupplier condition, Duration atMost) {
    Promise<Boolean> answer = Promise.promise();
    long end = System.nanoTime() + atMost.toNanos();
    look(condition, end, answer);
    return answer.future();
  }

  private void look(BooleanSupplier condition, long end, Promise<Boolean> answer) {
    if (condition.getAsBoolean()) {
      answer.complete(true);
    } else if (System.nanoTime() - end > 0) {
      answer.complete(false);
    } else {
      vertx.setTimer(LOOK.toMillis(), timer -> look(condition, end, answer));
    }
  }
}
