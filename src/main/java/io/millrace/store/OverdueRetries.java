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

/// Retries that would wait for longer than their delay, because the clock was ahead when they were
/// queued: their time is set anew. A `runAt` is left alone, it means the clock on the wall.
final class OverdueRetries {
  private static final String FIND =
      """
      select q.run_id, q.attempt, q.ready_at, r.retry_attempts, r.retry_delay_ms, r.retry_backoff
      from run_queue q join run r on r.id = q.run_id
      where q.state = 'scheduled' and q.attempt > 0 and q.ready_at > $1::timestamptz
      order by q.ready_at limit $2::integer\
      """;

  /// Who is locked is being promoted or cancelled.
  private static final String HASTEN =
      """
      with early as materialized (
        select q.run_id, given.ready_at
        from unnest($1::uuid[], $2::timestamptz[]) given (run_id, ready_at) join run_queue q using (run_id)
        where q.state = 'scheduled' and q.attempt > 0 and q.ready_at > given.ready_at
        order by q.run_id for update of q skip locked
      )
      update run_queue q set ready_at = early.ready_at from early where q.run_id = early.run_id\
      """;

  private static final int AT_ONCE = 10_000;

  private final Database database;

  private record Late(UUID run, Instant readyAt) {}

  OverdueRetries(Database database) {
    this.database = database;
  }

  /// Some thousands at most, those that are next.
  Future<Integer> hasten(Instant now) {
    return database
        .move(FIND, Tuple.of(RowArrays.at(now), AT_ONCE))
        .compose(rows -> hasten(late(rows, now)));
  }

  private Future<Integer> hasten(List<Late> late) {
    if (late.isEmpty()) {
      return Future.succeededFuture(0);
    }
    var values = new RowArrays<>(late).uuid(Late::run).time(Late::readyAt).tuple();
    return database.move(HASTEN, values).map(rows -> rows.rowCount());
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
