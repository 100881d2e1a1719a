package io.millrace.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowIterator;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Keeps the rule of concurrency keys: of each key one run is ready or claimed, namely the first in
/// the order of start; the others that could run are held.
///
/// Whoever adds, ends or moves a run with a key calls [#settle] after its commit. It takes a lock
/// for each key, so it sees what all others did. If a server dies between the two, the next look at
/// [#forgotten] finds the key.
final class ConcurrencyKeys {
  /// Locked in the order of their hashes, which everybody uses: no deadlock.
  private static final String LOCK =
      """
      select pg_advisory_xact_lock(hash)
      from (select distinct hashtextextended(key, 0) as hash from unnest($1::text[]) key order by hash) keys\
      """;

  /// A claim that comes in between wins: the guard on `state` is checked again after waiting for
  /// its row lock.
  private static final String HOLD_WHAT_IS_NOT_FIRST =
      """
      update run_queue q set state = 'held'
      where q.concurrency_key = any ($1::text[]) and q.state = 'ready' and exists (
        select from run_queue first
        where first.concurrency_key = q.concurrency_key and first.state = 'held'
          and (first.rank, first.ready_at, first.run_id) < (q.rank, q.ready_at, q.run_id))\
      """;

  private static final String MAKE_THE_FIRST_READY =
      """
      update run_queue set state = 'ready'
      where state = 'held' and run_id = any (array(
        select (
          select first.run_id from run_queue first
          where first.concurrency_key = keys.key and first.state = 'held'
          order by first.rank, first.ready_at, first.run_id
          limit 1)
        from unnest($1::text[]) keys (key)
        where not exists (
          select from run_queue holder
          where holder.concurrency_key = keys.key and holder.state in ('ready', 'claimed'))))\
      """;

  /// Walks from key to key along the index instead of reading all held rows.
  private static final String FIND_FORGOTTEN =
      """
      with recursive held (key) as (
        (select concurrency_key from run_queue
         where concurrency_key is not null and state = 'held' order by concurrency_key limit 1)
        union all
        select (select concurrency_key from run_queue
                where concurrency_key > held.key and state = 'held' order by concurrency_key limit 1)
        from held where held.key is not null)
      select key from held
      where key is not null and not exists (
        select from run_queue holder
        where holder.concurrency_key = held.key and holder.state in ('ready', 'claimed'))\
      """;

  private final Database database;

  ConcurrencyKeys(Database database) {
    this.database = database;
  }

  /// Locks `keys` until the transaction's end.
  static Future<Void> lock(SqlConnection connection, Collection<String> keys) {
    return connection.preparedQuery(LOCK).execute(values(keys)).mapEmpty();
  }

  /// Makes the rule true for `keys`.
  Future<Void> settle(Collection<String> keys) {
    if (keys.isEmpty()) {
      return Future.succeededFuture();
    }
    return database.transaction(
        connection ->
            Future.all(
                    lock(connection, keys),
                    connection.preparedQuery(HOLD_WHAT_IS_NOT_FIRST).execute(values(keys)),
                    connection.preparedQuery(MAKE_THE_FIRST_READY).execute(values(keys)))
                .mapEmpty());
  }

  /// Keys of which runs are held, but none is ready or claimed.
  Future<List<String>> forgotten() {
    return database.move(FIND_FORGOTTEN, Tuple.tuple()).map(rows -> texts(rows, 0));
  }

  static List<String> texts(RowSet<Row> rows, int column) {
    var texts = new ArrayList<String>(rows.size());
    for (RowIterator<Row> each = rows.iterator(); each.hasNext(); ) {
      var text = each.next().getString(column);
      if (text != null) {
        texts.add(text);
      }
    }
    return texts;
  }

  private static Tuple values(Collection<String> keys) {
    return Tuple.of(keys.toArray(String[]::new));
  }
}
