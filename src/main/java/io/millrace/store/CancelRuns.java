package io.millrace.store;

import io.millrace.run.Run;
import io.millrace.run.RunId;
import io.millrace.run.StopRequest;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Ends, stops and removes runs one at a time.
final class CancelRuns {
  private static final String FIND_OWNER =
      "select node, epoch from run_queue where run_id = $1::uuid and state = 'claimed'";

  /// Values: id, at, by, grace, node, epoch, attempt. The first request's time and words stay; the
  /// grace can only shrink. Of an attempt that is over, or that a newer life of the node has taken
  /// over, nothing is changed.
  private static final String REQUEST_STOP =
      """
      update run_queue set
        stop_requested_at = coalesce(stop_requested_at, $2::timestamptz),
        stop_by = coalesce(stop_by, $3::text),
        stop_grace_ms = least(stop_grace_ms, $4::bigint)
      where run_id = $1::uuid and state = 'claimed'
        and node = $5::text and epoch = $6::bigint and attempt = $7::integer\
      """;

  private static final String DELETE =
      """
      with gone as (
        delete from run where id = $1::uuid and status is not null returning id, labels
      ),
      output as (delete from run_output o using gone where o.run_id = $1::uuid),
      attempts as (delete from run_attempt a using gone where a.run_id = $1::uuid),
      labels as (
        delete from run_label l using gone
        where l.run_id = $1::uuid and l.key = any (gone.labels) and l.value = any (gone.labels)
      ),
      keys as (delete from idempotency_key i using gone where i.run_id = $1::uuid)
      select id is not null from gone
      union all
      select false where not exists (select from gone) and exists (select from run_queue where run_id = $1::uuid)\
      """;

  private final Database database;
  private final ConcurrencyKeys keys;
  private final Function<RunId, Future<Optional<Run>>> find;

  /// @param find reads a run as it is now
  CancelRuns(Database database, ConcurrencyKeys keys, Function<RunId, Future<Optional<Run>>> find) {
    this.database = database;
    this.keys = keys;
    this.find = find;
  }

  Future<Cancellation> cancelQueued(RunId id, String by, Instant at) {
    return database
        .move(CancelSql.CANCEL, Tuple.of(id.uuid(), OutcomeColumns.storable(by), RowArrays.at(at)))
        .compose(
            gone ->
                gone.size() == 0
                    ? owner(id)
                    : keys.settle(Set.copyOf(ConcurrencyKeys.texts(gone, 1)))
                        .otherwiseEmpty()
                        .compose(settled -> find.apply(id))
                        .map(
                            run ->
                                run.<Cancellation>map(Cancellation.Cancelled::new)
                                    .orElseGet(Cancellation.Unknown::new)));
  }

  private Future<Cancellation> owner(RunId id) {
    return database
        .move(FIND_OWNER, Tuple.of(id.uuid()))
        .compose(
            rows -> {
              for (var row : rows) {
                return Future.succeededFuture(
                    new Cancellation.Claimed(new NodeEpoch(row.getString(0), row.getLong(1))));
              }
              return find.apply(id).map(CancelRuns::notClaimed);
            });
  }

  /// A run that was put back between the two looks is asked for again by the caller, as if it had
  /// been claimed a moment longer.
  private static Cancellation notClaimed(Optional<Run> found) {
    return found
        .<Cancellation>map(
            run ->
                run.status().ended()
                    ? new Cancellation.Ended(run)
                    : new Cancellation.Claimed(new NodeEpoch(run.node().orElse(""), 0)))
        .orElseGet(Cancellation.Unknown::new);
  }

  Future<Boolean> requestStop(NodeEpoch me, RunId id, int attempt, StopRequest request) {
    return database
        .move(
            REQUEST_STOP,
            Tuple.of(
                id.uuid(),
                RowArrays.at(request.at()),
                OutcomeColumns.storable(request.by()),
                request.grace().toMillis(),
                me.node(),
                me.epoch(),
                attempt))
        .map(rows -> rows.rowCount() > 0);
  }

  Future<Deletion> delete(RunId id) {
    return database
        .move(DELETE, Tuple.of(id.uuid()))
        .map(
            rows -> {
              for (var row : rows) {
                return row.getBoolean(0) ? Deletion.DELETED : Deletion.LIVE;
              }
              return Deletion.UNKNOWN;
            });
  }
}
