package io.millrace.store;

import io.millrace.run.RunId;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs that nobody may start, because their submitters were told that nothing was accepted,
/// although their commit may have happened, or may happen yet in a backend that was frozen.
///
/// Before this server inserts or claims anything else, those backends are ended and the rows
/// removed.
final class Withdrawals {
  private static final Logger LOG = LoggerFactory.getLogger(Withdrawals.class);

  /// Ends backends of ours that hold an unanswered statement, waits until they are gone, and names
  /// those that are not. Without the fence (`materialized`) the planner may end backends first and
  /// compare their pids later.
  private static final String END_BACKENDS =
      """
      with silent as materialized (
        select pid from pg_stat_activity
        where pid = any ($1::integer[]) and pid <> pg_backend_pid()
          and application_name = 'millrace' and usename = current_user
      )
      select pid from silent where not pg_terminate_backend(pid, 2000)\
      """;

  /// Only what has not been started: another server may have been quicker.
  private static final String WITHDRAW =
      """
      with gone as (
        delete from run_queue
        where run_id = any ($1::uuid[]) and (state <> 'claimed' or (node = $2::text and epoch = $3::bigint))
        returning run_id
      ),
      forgotten as (delete from run using gone where run.id = gone.run_id),
      labels as (
        delete from run_label l using gone, run r
        where r.id = gone.run_id and l.run_id = gone.run_id
          and l.key = any (r.labels) and l.value = any (r.labels)
      ),
      keys as (delete from idempotency_key i using gone where i.run_id = gone.run_id)
      select run_id from gone\
      """;

  private final Database database;
  private final Set<RunId> runs = new HashSet<>();
  private final Set<Integer> backends = new HashSet<>();

  Withdrawals(Database database) {
    this.database = database;
  }

  synchronized void add(Collection<RunId> suspects, Collection<Integer> silent) {
    runs.addAll(suspects);
    backends.addAll(silent);
  }

  /// Carries out what is pending. Until that has worked, nothing else may be claimed.
  Future<Void> carryOut(NodeEpoch me) {
    var pending = pending();
    if (pending.isEmpty()) {
      return Future.succeededFuture();
    }
    return database
        .transaction(connection -> withdraw(connection, me, pending))
        .onSuccess(gone -> done(pending, gone))
        .mapEmpty();
  }

  private record Pending(List<RunId> runs, List<Integer> backends) {
    boolean isEmpty() {
      return runs.isEmpty() && backends.isEmpty();
    }
  }

  private synchronized Pending pending() {
    return new Pending(List.copyOf(runs), List.copyOf(backends));
  }

  private synchronized void done(Pending pending, int gone) {
    pending.runs().forEach(runs::remove);
    pending.backends().forEach(backends::remove);
    LOG.info(
        "database: of {} runs whose insert was never answered, {} had been stored; they are"
            + " removed.",
        pending.runs().size(),
        gone);
  }

  private static Future<Integer> withdraw(SqlConnection connection, NodeEpoch me, Pending pending) {
    return endBackends(connection, pending.backends())
        .compose(
            ended ->
                connection
                    .preparedQuery(WITHDRAW)
                    .execute(
                        Tuple.of(
                            pending.runs().stream().map(RunId::uuid).toArray(UUID[]::new),
                            me.node(),
                            me.epoch())))
        .map(rows -> rows.size());
  }

  /// Ends connections whose last statement was not answered; fails if one cannot be ended.
  static Future<Void> endBackends(SqlConnection connection, Collection<Integer> pids) {
    return connection
        .preparedQuery(END_BACKENDS)
        .execute(Tuple.of(pids.toArray(Integer[]::new)))
        .compose(
            alive ->
                alive.size() == 0
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        new DatabaseAway(
                            alive.size() + " sessions do not end",
                            new IllegalStateException("pg_terminate_backend"))));
  }
}
