package io.millrace.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;

/// How many runs wait, counted as seldom as the limit allows.
///
/// Counting 100,000 rows for each insert would cost more than the insert. A count holds for a
/// second, plus what this server has inserted since; near the limit it is counted anew.
final class QueueRoom {
  private static final String COUNT =
      """
      select
        (select count(*) from (select from run_queue where state <> 'claimed' limit $1) waiting),
        exists (select from run_queue where state = 'ready')\
      """;

  private static final Duration HOLDS = Duration.ofSeconds(1);

  /// A count may take this part of all time at most.
  private static final int SHARE = 20;

  private long counted;
  private long addedSince;
  private long voidAtNanos = System.nanoTime();

  /// @param readyAhead whether something is ready already, so that newcomers cannot start at once
  record Count(long queued, boolean readyAhead) {}

  /// Whether `coming` more certainly fit; then they are counted in.
  synchronized boolean surelyFits(int coming, int maxQueued) {
    if (maxQueued == Integer.MAX_VALUE) {
      return true;
    }
    boolean fits =
        System.nanoTime() - voidAtNanos < 0 && counted + addedSince + coming <= maxQueued;
    if (fits) {
      addedSince += coming;
    }
    return fits;
  }

  /// Counts anew, before `coming` more are added.
  Future<Count> count(SqlConnection connection, int maxQueued, int coming) {
    long begun = System.nanoTime();
    return connection
        .preparedQuery(COUNT)
        .execute(Tuple.of(maxQueued + 1L))
        .map(
            rows -> {
              var row = rows.iterator().next();
              counted(row.getLong(0), coming, begun);
              return new Count(row.getLong(0), row.getBoolean(1));
            });
  }

  private synchronized void counted(long queued, int coming, long begunNanos) {
    long now = System.nanoTime();
    counted = queued;
    addedSince = coming;
    voidAtNanos = now + Math.max(HOLDS.toNanos(), SHARE * (now - begunNanos));
  }
}
