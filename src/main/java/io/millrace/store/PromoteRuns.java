package io.millrace.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Makes scheduled runs ready whose time has come.
final class PromoteRuns {
  private static final int AT_ONCE = 1000;

  private static final String PROMOTE =
      """
      with due as materialized (
        select run_id from run_queue where state = 'scheduled' and ready_at <= $1::timestamptz
        order by ready_at, run_id limit $2::integer
        for update skip locked
      )
      update run_queue q set state = case when q.concurrency_key is null then 'ready' else 'held' end
      from due where q.run_id = due.run_id
      returning q.concurrency_key\
      """;

  private static final String FIND_NEXT =
      "select ready_at from run_queue where state = 'scheduled' order by ready_at, run_id limit 1";

  private static final String LAST_TURN =
      """
      select greatest(
        (select max(ready_at) from run_queue where state = 'ready'),
        (select max(ready_at) from run_queue where state = 'held'))\
      """;

  private final Database database;
  private final ConcurrencyKeys keys;

  PromoteRuns(Database database, ConcurrencyKeys keys) {
    this.database = database;
    this.keys = keys;
  }

  Future<Promoted> promote(Instant now) {
    return promote(now, 0, new HashSet<>())
        .compose(
            count ->
                database
                    .move(FIND_NEXT, Tuple.tuple())
                    .map(rows -> new Promoted(count, time(rows))));
  }

  Future<Optional<Instant>> lastTurn() {
    return database.move(LAST_TURN, Tuple.tuple()).map(PromoteRuns::time);
  }

  private Future<Integer> promote(Instant now, int before, Set<String> touched) {
    return database
        .move(PROMOTE, Tuple.of(RowArrays.at(now), AT_ONCE))
        .compose(
            rows -> {
              touched.addAll(ConcurrencyKeys.texts(rows, 0));
              int count = before + rows.size();
              return rows.size() == AT_ONCE ? promote(now, count, touched) : settle(count, touched);
            });
  }

  private Future<Integer> settle(int count, Set<String> touched) {
    return keys.forgotten()
        .compose(
            forgotten -> {
              touched.addAll(forgotten);
              return keys.settle(touched).map(done -> count + forgotten.size());
            });
  }

  private static Optional<Instant> time(RowSet<Row> rows) {
    for (var row : rows) {
      return Optional.ofNullable(row.getOffsetDateTime(0)).map(OffsetDateTime::toInstant);
    }
    return Optional.empty();
  }
}
