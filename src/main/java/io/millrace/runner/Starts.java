package io.millrace.runner;

import io.millrace.keeper.Command;
import io.millrace.run.Outcome;
import io.millrace.run.RunId;
import io.millrace.spool.SpoolRoots;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Orders attempts from the keeper, and orders them again when it may have missed that.
///
/// Only an attempt that was never ordered can be called not started by this server: of any other
/// one the keeper says what became of it. Owned by the [RunnerVerticle]'s context. Blocks.
final class Starts {
  private static final Logger LOG = LoggerFactory.getLogger(Starts.class);
  private static final Duration PAUSE = Duration.ofSeconds(2);

  /// A keeper that is connected tells at once what it runs; what it has in its queue starts within
  /// so many pauses.
  private static final int SILENT_LOOKS = 5;

  private final SpoolRoots spool;
  private final LiveRuns live;
  private final Launches launches;
  private final Texts texts;
  private final KeeperLink keeper;
  private final InstantSource clock;
  private final Consumer<Ending> ended;
  private final Later later;

  /// Runs that are ordered again in a moment.
  private final Set<RunId> waiting = new HashSet<>();

  /// Runs that cannot be started any more, with how often a connected keeper had not started them.
  private final Map<RunId, Integer> silent = new HashMap<>();

  /// Brings a run's long texts, and calls `use` with the run that has them.
  @FunctionalInterface
  interface Texts {
    Future<Void> with(LiveRun run, Consumer<LiveRun> use);
  }

  /// @param ended hears of what cannot be started
  Starts(
      SpoolRoots spool,
      LiveRuns live,
      Launches launches,
      Texts texts,
      KeeperLink keeper,
      InstantSource clock,
      Consumer<Ending> ended,
      Later later) {
    this.spool = spool;
    this.live = live;
    this.launches = launches;
    this.texts = texts;
    this.keeper = keeper;
    this.clock = clock;
    this.ended = ended;
    this.later = later;
  }

  /// Orders an attempt that no keeper has heard of.
  void first(LiveRun run) {
    withTexts(run, this::orderFirst);
  }

  /// @param whole the same run with all its texts
  private void orderFirst(LiveRun run, LiveRun whole) {
    try {
      keeper.send(launches.order(whole));
      sendStop(run);
    } catch (Launches.Impossible missing) {
      notStarted(run, String.valueOf(missing.getMessage()));
    } catch (IOException failure) {
      LOG.warn(
          "run {}: its directory cannot be written ({}). Make room or see to the permissions of"
              + " {}.",
          run.id(),
          failure.toString(),
          spool);
      notStarted(run, "its run directory cannot be written (" + failure.getMessage() + ")");
    }
  }

  /// Orders an attempt that a keeper may run already: it starts an attempt once, and tells what
  /// became of one that it knows.
  ///
  /// What ended meanwhile is left alone: its directory is about to go, and a keeper that has
  /// forgotten it would run it a second time.
  void again(LiveRun seen) {
    live.find(seen.id())
        .filter(now -> now.attempt() == seen.attempt() && !now.over())
        .ifPresentOrElse(this::orderAgain, () -> silent.remove(seen.id()));
  }

  private void orderAgain(LiveRun run) {
    if (hasStarted(run)) {
      sendAgain(run, launches.reminder(run));
    } else {
      withTexts(run, this::orderUnlessItRuns);
    }
  }

  private void orderUnlessItRuns(LiveRun run, LiveRun whole) {
    try {
      sendAgain(run, launches.order(whole));
    } catch (Launches.Impossible missing) {
      unlessItRuns(run, String.valueOf(missing.getMessage()));
    } catch (IOException failure) {
      LOG.warn(
          "run {}: its directory cannot be written ({}). Next try in {} s; make room or see to the"
              + " permissions of {}.",
          run.id(),
          failure.toString(),
          PAUSE.toSeconds(),
          spool);
      orderLater(run);
    }
  }

  private void sendAgain(LiveRun run, Command.Start order) {
    keeper.send(order);
    silent.remove(run.id());
    sendStop(run);
  }

  /// At once if it carries them; else when they have come, unless it has ended by then.
  private void withTexts(LiveRun run, BiConsumer<LiveRun, LiveRun> use) {
    if (!run.run().submission().isAbridged()) {
      use.accept(run, run);
      return;
    }
    texts
        .with(
            run,
            whole ->
                live.find(run.id())
                    .filter(now -> now.attempt() == run.attempt() && !now.over())
                    .ifPresent(now -> use.accept(now, whole)))
        .onFailure(
            away -> {
              LOG.warn("run {}: its script cannot be read yet: {}", run.id(), away.toString());
              orderLater(run);
            });
  }

  /// It may have been started before that went missing.
  private void unlessItRuns(LiveRun run, String missing) {
    int looks = silent.merge(run.id(), keeper.keeper().isPresent() ? 1 : 0, Integer::sum);
    if (looks > SILENT_LOOKS) {
      silent.remove(run.id());
      notStarted(run, missing);
    } else {
      orderLater(run);
    }
  }

  private void orderLater(LiveRun run) {
    if (waiting.add(run.id())) {
      later.run(
          PAUSE,
          () -> {
            waiting.remove(run.id());
            again(run);
          });
    }
  }

  private void sendStop(LiveRun run) {
    run.state().stop().ifPresent(stop -> keeper.send(Stops.command(run, stop)));
  }

  private static boolean hasStarted(LiveRun run) {
    return run.state().startedAt().isPresent() || run.directory().hasStarted();
  }

  private void notStarted(LiveRun run, String reason) {
    ended.accept(
        Ending.neverStarted(
            run, new Outcome.NotStarted(reason), clock.instant(), Optional.empty()));
  }
}
