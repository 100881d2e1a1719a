package io.millrace.runner;

import io.millrace.store.RunStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Consumer;

/// Brings the texts that live runs do not carry, when they are written to files: one run's after
/// the other's, over all runners, for each may have tens of megabytes.
///
/// Any context may ask.
final class LongTexts {
  private final RunStore store;
  private final Room one = new Room(1);

  LongTexts(RunStore store) {
    this.store = store;
  }

  /// Calls `use`, on the caller's context, with the run and all its texts.
  Future<Void> with(Vertx vertx, LiveRun run, Consumer<LiveRun> use) {
    return one.enter(vertx, 1)
        .compose(
            exit ->
                store
                    .findWhole(run.id())
                    .<Void>map(
                        found -> {
                          found.ifPresent(whole -> use.accept(run.asked(whole.submission())));
                          return null;
                        })
                    .onComplete(done -> exit.run()));
  }
}
