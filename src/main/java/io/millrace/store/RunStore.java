package io.millrace.store;

import io.millrace.run.Run;
import io.millrace.run.RunFilter;
import io.millrace.run.RunId;
import io.millrace.run.StopRequest;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The rows of runs: from the insert over the queue to the history.
///
/// Every method may be called from any context and answers on the caller's. A database that does
/// not answer is a failed future with [DatabaseAway].
public final class RunStore {

  public RunStore(Database database) {}

  /// Stores submissions, all in one go, and answers in their order.
  ///
  /// Up to `freeSlots` of them are claimed for `me` at once, unless something ready waits ahead.
  /// When more than `maxQueued` would wait, the surplus is [Accepted.QueueFull]. A row that
  /// PostgreSQL refuses harms no other. If the connection breaks so that nobody knows whether the
  /// commit happened, the rows are looked up before anything is answered; a failed future means
  /// that none of them is stored or will ever start.
  public Future<List<Accepted>> insert(
      List<NewRun> runs, NodeEpoch me, int freeSlots, int maxQueued) {
    return soon();
  }

  /// Claims at most `limit` ready runs for `me`: highest priority first, then the longest waiting.
  public Future<List<Claimed>> claim(NodeEpoch me, int limit) {
    return soon();
  }

  /// Makes scheduled runs ready whose time has come. To be called when [Promoted#next()] says so,
  /// and at least each second.
  public Future<Promoted> promote(Instant now) {
    return soon();
  }

  /// Everything that `me`'s node had claimed in this or an earlier life, now claimed by `me`. For
  /// the start of a server.
  public Future<List<Claimed>> claimedBy(NodeEpoch me) {
    return soon();
  }

  /// Stores the ends of attempts with the rest of their output, in one transaction.
  ///
  /// Answers with those that were still ours: node, epoch and attempt as claimed. Of the others
  /// nothing was stored.
  public Future<Set<RunId>> finish(NodeEpoch me, List<Finished> ends) {
    return soon();
  }

  public Future<Optional<Run>> find(RunId id) {
    return soon();
  }

  /// One page, newest first.
  ///
  /// @param textBudget how long a search for [RunFilter#text()] may take; ignored without one
  public Future<RunPage> list(RunFilter filter, Position position, int limit, Duration textBudget) {
    return soon();
  }

  /// Ends a run that has not started.
  public Future<Cancellation> cancelQueued(RunId id, String by, Instant at) {
    return soon();
  }

  /// Remembers that a claimed run is to stop, so that a server that comes back knows; answers
  /// whether it was claimed.
  ///
  /// The first request's time and words stay; a later one can only shorten the grace.
  public Future<Boolean> requestStop(RunId id, StopRequest request) {
    return soon();
  }

  /// Removes an ended run and everything of it.
  public Future<Deletion> delete(RunId id) {
    return soon();
  }

  /// Places in the order of start, from 1, of those that are queued.
  public Future<Map<RunId, Long>> positions(List<RunId> ids) {
    return soon();
  }

  /// What a queued run waits for; empty when it is not queued.
  public Future<Optional<Place>> place(RunId id) {
    return soon();
  }

  /// How many runs are live, in each state.
  public Future<QueueCounts> counts() {
    return soon();
  }

  private static <T> Future<T> soon() {
    return Future.failedFuture(new UnsupportedOperationException("not built yet"));
  }
}
