package io.millrace.store;

import io.millrace.run.Run;
import io.millrace.run.RunFilter;
import io.millrace.run.RunId;
import io.millrace.run.StopRequest;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The rows of runs: from the insert over the queue to the history.
///
/// Every method may be called from any context and answers on the caller's. A database that does
/// not answer is a failed future with [DatabaseAway]. The SQL is in the class that is named by its
/// verb.
public final class RunStore {
  private final InsertRuns insert;
  private final ClaimRuns claim;
  private final PromoteRuns promote;
  private final OverdueRetries overdue;
  private final FinishRuns finish;
  private final CancelRuns cancel;
  private final ListRuns list;
  private final QueuePlaces places;

  public RunStore(Database database) {
    var keys = new ConcurrencyKeys(database);
    var withdrawals = new Withdrawals(database);
    var attempts = new Attempts(database);
    this.insert = new InsertRuns(database, keys, withdrawals);
    this.claim = new ClaimRuns(database, withdrawals, attempts);
    this.promote = new PromoteRuns(database, keys);
    this.overdue = new OverdueRetries(database);
    this.finish = new FinishRuns(database, keys);
    this.list = new ListRuns(database, attempts);
    this.cancel = new CancelRuns(database, keys, list::find);
    this.places = new QueuePlaces(database);
  }

  /// Stores submissions, all in one go, and answers in their order.
  ///
  /// Up to `freeSlots` of them are claimed for `me` at once, unless something ready waits ahead;
  /// one with a concurrency key is never claimed here. When more than `maxQueued` would wait, the
  /// surplus is [Accepted.QueueFull]. A row that PostgreSQL refuses harms no other. If the
  /// connection breaks so that nobody knows whether the commit happened, the rows are looked up
  /// before anything is answered; a failed future (within 20 seconds) means that none of them will
  /// ever start: what may have been stored is removed before this store inserts or claims anything
  /// else.
  public Future<List<Accepted>> insert(
      List<NewRun> runs, NodeEpoch me, int freeSlots, int maxQueued) {
    return insert.insert(runs, me, freeSlots, maxQueued);
  }

  /// Claims at most `limit` ready runs for `me`: highest priority first, then the longest waiting.
  /// None for a life that a newer one has superseded: nobody would take them over from it.
  ///
  /// After a failed future nothing is claimed: a claim whose answer was lost is undone before the
  /// next one.
  public Future<List<Claimed>> claim(NodeEpoch me, int limit) {
    return claim.claim(me, limit);
  }

  /// Makes scheduled runs ready whose time has come. To be called when [Promoted#next()] says so,
  /// and at least each second.
  public Future<Promoted> promote(Instant now) {
    return promote.promote(now);
  }

  /// Lets no retry wait for longer than its delay, counted from `now`; answers how many would have.
  /// To be called when the clock was set back, and now and again.
  public Future<Integer> hastenRetries(Instant now) {
    return overdue.hasten(now);
  }

  /// The last turn among those that wait for a slot or a key. With a clock that was ahead it may
  /// lie in the future: who comes now must come behind it.
  public Future<Optional<Instant>> lastTurn() {
    return promote.lastTurn();
  }

  /// Everything that `me`'s node had claimed in this or an earlier life, now claimed by `me`; what
  /// a newer life has taken over stays where it is. For the start of a server.
  public Future<List<Claimed>> claimedBy(NodeEpoch me) {
    return claim.takeOver(me);
  }

  /// Stores the ends of attempts with the rest of their output, in one transaction.
  ///
  /// Answers with those that were still ours: node, epoch and attempt as claimed, or stored before
  /// by a call that was not answered. Of the others nothing was stored.
  public Future<Set<RunId>> finish(NodeEpoch me, List<Finished> ends) {
    return finish.finish(me, ends);
  }

  /// Without long texts.
  public Future<Optional<Run>> find(RunId id) {
    return list.find(id);
  }

  /// With every text, however long: tens of megabytes in memory.
  public Future<Optional<Run>> findWhole(RunId id) {
    return list.findWhole(id);
  }

  /// One page, newest first.
  ///
  /// @param textBudget how long a search for [RunFilter#text()] may take; ignored without one
  /// @param fresh searched beside what is stored
  public Future<RunPage> list(
      RunFilter filter, Position position, int limit, Duration textBudget, FreshOutput fresh) {
    return list.list(filter, position, limit, textBudget, fresh);
  }

  /// Ends a run that has not started.
  public Future<Cancellation> cancelQueued(RunId id, String by, Instant at) {
    return cancel.cancelQueued(id, by, at);
  }

  /// Remembers that an attempt is to stop, so that a server that comes back knows; answers whether
  /// it is still ours: node, epoch and attempt as claimed. If not, nothing was changed.
  ///
  /// The first request's time and words stay; a later one can only shorten the grace.
  public Future<Boolean> requestStop(NodeEpoch me, RunId id, int attempt, StopRequest request) {
    return cancel.requestStop(me, id, attempt, request);
  }

  /// Removes an ended run and everything of it.
  public Future<Deletion> delete(RunId id) {
    return cancel.delete(id);
  }

  /// What those of `runs` wait for that are queued; the others are not in the answer.
  public Future<Map<RunId, Place>> places(Collection<RunId> runs) {
    return places.places(runs);
  }

  /// How many runs are live, in each state.
  public Future<QueueCounts> counts() {
    return places.counts();
  }
}
