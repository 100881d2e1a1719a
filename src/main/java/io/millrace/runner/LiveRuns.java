package io.millrace.runner;

import io.millrace.run.RunId;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/// What this node is running now, for everyone to read.
///
/// An entry appears and changes only through the [RunnerVerticle] that the run belongs to, and goes
/// only through the [Finisher], when its end is durable. A change never brings back an entry that
/// went, and names its attempt, so that a late word about one attempt cannot touch the next one.
/// Entries are immutable.
final class LiveRuns {
  private final ConcurrentHashMap<RunId, LiveRun> runs = new ConcurrentHashMap<>();

  Optional<LiveRun> find(RunId id) {
    return Optional.ofNullable(runs.get(id));
  }

  Collection<LiveRun> all() {
    return runs.values();
  }

  int count() {
    return runs.size();
  }

  void put(LiveRun live) {
    runs.put(live.id(), live);
  }

  /// Changes an attempt if it is still live, and returns it as it is then.
  Optional<LiveRun> update(RunId id, int attempt, UnaryOperator<LiveRun> change) {
    var after =
        runs.computeIfPresent(
            id, (key, live) -> live.attempt() == attempt ? change.apply(live) : live);
    return Optional.ofNullable(after).filter(live -> live.attempt() == attempt);
  }

  void remove(RunId id, int attempt) {
    runs.computeIfPresent(id, (key, live) -> live.attempt() == attempt ? null : live);
  }
}
