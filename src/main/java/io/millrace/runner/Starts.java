package io.millrace.runner;

import io.millrace.run.Outcome;
import io.millrace.run.RunId;
import io.millrace.spool.SpoolRoots;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  private final KeeperLink keeper;
  private final InstantSource clock;
  private final Consumer<Ending> ended;
  private final Later later;

  /// Runs that are ordered again in a moment.
  private final Set<RunId> waiting = new HashSet<>();

  /// Runs that cannot be started any more, with how often a connected keeper had not started them.
  private final Map<RunId, Integer> silent = new HashMap<>();

  /// @param ended hears of what cannot be started
  Starts(
      SpoolRoots spool,
      LiveRuns live,
      Launches launches,
      KeeperLink keeper,
      InstantSource clock,
      Consumer<Ending> ended,
      Later later) {
    this.spool = spool;
    this.live = live;
    this.launches = launches;
    this.keeper = keeper;
    this.clock = clock;
    this.ended = ended;
    this.later = later;
  }

  /// Orders an attempt that no keeper has heard of.
  void first(LiveRun run) {
    try {
      keeper.send(launches.order(run));
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
    try {
      keeper.send(hasStarted(run) ? launches.reminder(run) : launches.order(run));
      silent.remove(run.id());
      sendStop(run);
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
