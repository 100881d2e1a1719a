package io.millrace.runner;

import io.millrace.keeper.News;
import io.millrace.run.RunId;
import io.millrace.store.Claimed;
import java.util.List;

/// Spreads runs over the [RunnerVerticle] instances by id; one run's matters always reach the same
/// one, in order.
///
/// Every method may be called from any thread.
final class Runners {
  /// Filled while the parts are made, unchanged afterwards.
  private final List<RunnerVerticle> verticles;

  Runners(List<RunnerVerticle> verticles) {
    this.verticles = verticles;
  }

  RunnerVerticle of(RunId run) {
    return verticles.get(Math.floorMod(run.hashCode(), verticles.size()));
  }

  /// Starts a run that was claimed just now.
  void begin(Claimed claimed) {
    of(claimed.run().id()).begin(claimed);
  }

  /// Takes on a run that an earlier life of this server had claimed.
  void takeOver(Claimed claimed) {
    of(claimed.run().id()).takeOver(claimed);
  }

  /// Hands over what the keeper said of a run.
  void tell(RunId run, News news) {
    of(run).tell(news);
  }

  /// Tells every runner that a keeper is there (again), so that what it may have missed is said
  /// once more.
  void keeperIsBack(LiveRuns live) {
    for (var verticle : verticles) {
      verticle.keeperIsBack(live.all().stream().filter(run -> of(run.id()) == verticle).toList());
    }
  }
}
