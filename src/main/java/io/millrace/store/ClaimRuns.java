package io.millrace.store;

import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Gives ready runs to a node.
final class ClaimRuns {
  /// The fence (`materialized`) keeps the planner from taking more rows than the limit; rows that
  /// another claim has locked are passed over. A superseded life gets nothing. The lateral `limit
  /// 1` leads from each id to its partition, whatever the planner believes about numbers.
  static final String CLAIM =
      """
      with next as materialized (
        select run_id from run_queue
        where state = 'ready' and exists (select from node where name = $1::text and epoch = $2::bigint)
        order by rank, ready_at, run_id limit $4::integer
        for update skip locked
      ),
      q as (
        update run_queue set state = 'claimed', node = $1::text, epoch = $2::bigint, claim = $3::bigint, attempt = attempt + 1
        from next where run_queue.run_id = next.run_id
        returning run_queue.*
      )
      select %s
      from q cross join lateral (select * from run where run.id = q.run_id limit 1) r
      order by q.rank, q.ready_at, q.run_id\
      """
          .formatted(RunColumns.CARRIED);

  /// Undoes claims of ours whose answer never came: nobody has these runs.
  private static final String UNCLAIM =
      """
      update run_queue set state = 'ready', attempt = attempt - 1, claim = null
      where state = 'claimed' and node = $1::text and epoch = $2::bigint and claim = any ($3::bigint[])\
      """;

  /// Whatever an earlier life of the node had claimed belongs to this one.
  private static final String TAKE_OVER =
      """
      with q as (
        update run_queue set epoch = $2::bigint, claim = null where state = 'claimed' and node = $1::text and epoch <= $2::bigint
        returning *
      )
      select %s
      from q cross join lateral (select * from run where run.id = q.run_id limit 1) r
      order by q.run_id\
      """
          .formatted(RunColumns.CARRIED);

  /// No pid: the claim itself was answered.
  private static final int NO_BACKEND = 0;

  private final Database database;
  private final Withdrawals withdrawals;
  private final Attempts attempts;

  /// Numbers the claims of this life.
  private final AtomicLong claims = new AtomicLong();

  /// Claims without an answer, and the backends that may still be at them. Guarded by itself.
  private final Set<Lost> lost = new HashSet<>();

  private record Lost(long claim, int backend) {}

  ClaimRuns(Database database, Withdrawals withdrawals, Attempts attempts) {
    this.database = database;
    this.withdrawals = withdrawals;
    this.attempts = attempts;
  }

  Future<List<Claimed>> claim(NodeEpoch me, int limit) {
    if (limit <= 0) {
      return Future.succeededFuture(List.of());
    }
    return withdrawals
        .carryOut(me)
        .compose(done -> undoLost(me))
        .compose(done -> claimAnew(me, limit));
  }

  Future<List<Claimed>> takeOver(NodeEpoch me) {
    return database.move(TAKE_OVER, Tuple.of(me.node(), me.epoch())).compose(this::claimed);
  }

  private Future<List<Claimed>> claimAnew(NodeEpoch me, int limit) {
    long number = claims.incrementAndGet();
    var backend = new AtomicInteger();
    return database
        .moveOrTell(
            connection -> {
              backend.set(PgConnection.cast(connection).processId());
              return connection
                  .preparedQuery(CLAIM)
                  .execute(Tuple.of(me.node(), me.epoch(), number, limit));
            })
        .recover(
            failure -> {
              if (Failures.of(failure) == Failures.LOST) {
                undoLater(number, backend.get());
              }
              return Future.failedFuture(Failures.told(failure));
            })
        .compose(rows -> claimed(rows).onFailure(halfRead -> undoLater(number, NO_BACKEND)));
  }

  private void undoLater(long claim, int backend) {
    synchronized (lost) {
      lost.add(new Lost(claim, backend));
    }
  }

  private Future<Void> undoLost(NodeEpoch me) {
    List<Lost> pending;
    synchronized (lost) {
      pending = List.copyOf(lost);
    }
    if (pending.isEmpty()) {
      return Future.succeededFuture();
    }
    return database
        .<Void>transaction(
            connection ->
                Withdrawals.endBackends(connection, pending.stream().map(Lost::backend).toList())
                    .compose(
                        ended ->
                            connection
                                .preparedQuery(UNCLAIM)
                                .execute(
                                    Tuple.of(
                                        me.node(),
                                        me.epoch(),
                                        pending.stream().map(Lost::claim).toArray(Long[]::new))))
                    .mapEmpty())
        .onSuccess(
            done -> {
              synchronized (lost) {
                pending.forEach(lost::remove);
              }
            });
  }

  private Future<List<Claimed>> claimed(RowSet<Row> rows) {
    return attempts
        .complete(rows)
        .map(
            runs -> {
              var claimed = new ArrayList<Claimed>(runs.size());
              runs.forEach(
                  run -> claimed.add(new Claimed(run, run.attempt(), run.output().bytes())));
              return claimed;
            });
  }
}
