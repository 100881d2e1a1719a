package io.millrace.store;

import io.millrace.run.Retry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Brings forward what waits for a time that only a clock which was ahead has known.
///
/// A run that came in those hours would be overtaken by everyone who comes after them, and a retry
/// would wait until the clock has caught up. A `runAt` is left alone: it means the clock on the
/// wall.
final class BringForward {
  /// All get the same time, so they keep the order of their ids. Who is locked is being claimed.
  private static final String READY =
      """
      with early as materialized (
        select run_id from run_queue where state in ('ready', 'held') and ready_at > $1::timestamptz
        order by run_id for update skip locked
      )
      update run_queue q set ready_at = $1::timestamptz from early where q.run_id = early.run_id\
      """;

  private static final String FIND_RETRIES =
      """
      select q.run_id, q.attempt, q.ready_at, r.retry_attempts, r.retry_delay_ms, r.retry_backoff
      from run_queue q join run r on r.id = q.run_id
      where q.state = 'scheduled' and q.attempt > 0 and q.ready_at > $1::timestamptz\
      """;

  private static final String RETRIES =
      """
      with early as materialized (
        select q.run_id, given.ready_at
        from unnest($1::uuid[], $2::timestamptz[]) given (run_id, ready_at) join run_queue q using (run_id)
        where q.state = 'scheduled' and q.ready_at > given.ready_at
        order by q.run_id for update of q skip locked
      )
      update run_queue q set ready_at = early.ready_at from early where q.run_id = early.run_id\
      """;

  private final Database database;

  private record Late(UUID run, Instant readyAt) {}

  BringForward(Database database) {
    this.database = database;
  }

  Future<Integer> bringForward(Instant now) {
    var at = Tuple.of(RowArrays.at(now));
    return database
        .move(READY, at)
        .compose(
            ready ->
                database
                    .move(FIND_RETRIES, at)
                    .compose(rows -> retries(late(rows, now)))
                    .map(retries -> ready.rowCount() + retries));
  }

  private Future<Integer> retries(List<Late> late) {
    if (late.isEmpty()) {
      return Future.succeededFuture(0);
    }
    var values = new RowArrays<>(late).uuid(Late::run).time(Late::readyAt).tuple();
    return database.move(RETRIES, values).map(rows -> rows.rowCount());
  }

  /// Those that wait for longer than their delay, with the time at which that is over.
  private static List<Late> late(Iterable<Row> rows, Instant now) {
    var late = new ArrayList<Late>();
    for (var row : rows) {
      var retry = new Retry(row.getInteger(3), Duration.ofMillis(row.getLong(4)), row.getDouble(5));
      var due = now.plus(retry.delayAfter(row.getInteger(1)));
      if (row.getOffsetDateTime(2).toInstant().isAfter(due)) {
        late.add(new Late(row.getUUID(0), due));
      }
    }
    return late;
  }
}
