package io.millrace.store;

import io.millrace.run.RunId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/// Where runs stand in the order of start: first what is ready or held, by priority and age; then
/// what is scheduled, by time.
///
/// Asked so often when the queue is long that planning would cost more than the answer: so they are
/// among the statements whose plans are made once.
final class QueuePlaces {
  /// Between one asked run and the next only the rows between them are counted, in the order of the
  /// index.
  private static final String POSITIONS =
      """
      with asked as (
        select run_id, rank, ready_at,
          coalesce(lag(rank) over start, (-32768)::smallint) as rank_before,
          coalesce(lag(ready_at) over start, '-infinity') as ready_before,
          coalesce(lag(run_id) over start, '00000000-0000-0000-0000-000000000000') as id_before
        from run_queue where run_id = any ($1::uuid[]) and state in ('ready', 'held')
        window start as (order by rank, ready_at, run_id)
      ),
      later as (
        select run_id, ready_at,
          coalesce(lag(ready_at) over start, '-infinity') as ready_before,
          coalesce(lag(run_id) over start, '00000000-0000-0000-0000-000000000000') as id_before
        from run_queue where run_id = any ($1::uuid[]) and state = 'scheduled'
        window start as (order by ready_at, run_id)
      ),
      counted as (
        select run_id, sum(
            (select count(*) from run_queue q where q.state = 'ready'
              and (q.rank, q.ready_at, q.run_id) >= (asked.rank_before, asked.ready_before, asked.id_before)
              and (q.rank, q.ready_at, q.run_id) < (asked.rank, asked.ready_at, asked.run_id))
            + (select count(*) from run_queue q where q.state = 'held'
              and (q.rank, q.ready_at, q.run_id) >= (asked.rank_before, asked.ready_before, asked.id_before)
              and (q.rank, q.ready_at, q.run_id) < (asked.rank, asked.ready_at, asked.run_id))
          ) over (order by rank, ready_at, run_id) as ahead
        from asked
        union all
        select run_id,
          (select count(*) from run_queue q where q.state in ('ready', 'held'))
          + sum(
            (select count(*) from run_queue q where q.state = 'scheduled'
              and (q.ready_at, q.run_id) >= (later.ready_before, later.id_before)
              and (q.ready_at, q.run_id) < (later.ready_at, later.run_id))
          ) over (order by ready_at, run_id)
        from later
      )
      select run_id, ahead::bigint + 1 from counted\
      """;

  private static final String FIND =
      """
      select q.state, q.ready_at, (
          select holder.run_id from run_queue holder
          where holder.concurrency_key = q.concurrency_key and holder.state in ('ready', 'claimed')),
        q.run_id
      from run_queue q where q.run_id = any ($1::uuid[]) and q.state <> 'claimed'\
      """;

  private static final String COUNT =
      """
      select
        (select count(*) from run_queue where state = 'scheduled'),
        (select count(*) from run_queue where state = 'held'),
        (select count(*) from run_queue where state = 'ready'),
        (select count(*) from run_queue where state = 'claimed' and node is not null)\
      """;

  private final Database database;

  QueuePlaces(Database database) {
    this.database = database;
  }

  Future<Map<RunId, Place>> places(Collection<RunId> runs) {
    if (runs.isEmpty()) {
      return Future.succeededFuture(Map.of());
    }
    var asked = Tuple.of(runs.stream().map(RunId::uuid).toArray(UUID[]::new));
    return database
        .move(FIND, asked)
        .compose(
            found ->
                found.size() == 0
                    ? Future.succeededFuture(Map.of())
                    : database.move(POSITIONS, asked).map(positions -> joined(found, positions)));
  }

  /// A run that was claimed between the two questions has no position any more and is left out.
  private static Map<RunId, Place> joined(RowSet<Row> found, RowSet<Row> counted) {
    var positions = new HashMap<UUID, Long>();
    counted.forEach(row -> positions.put(row.getUUID(0), row.getLong(1)));
    var places = new HashMap<RunId, Place>();
    for (var row : found) {
      var run = row.getUUID(3);
      var position = positions.get(run);
      if (position != null) {
        places.put(new RunId(run), place(row, position));
      }
    }
    return places;
  }

  private static Place place(Row row, long position) {
    var state = row.getString(0);
    var holder = row.getUUID(2);
    if (state.equals("scheduled")) {
      Instant readyAt = row.getOffsetDateTime(1).toInstant();
      return new Place.Scheduled(readyAt, position);
    }
    return state.equals("held") && holder != null
        ? new Place.Blocked(position, new RunId(holder))
        : new Place.Ready(position);
  }

  Future<QueueCounts> counts() {
    return database
        .read(COUNT, Tuple.tuple())
        .map(
            rows -> {
              var row = rows.iterator().next();
              return new QueueCounts(
                  row.getLong(0), row.getLong(1), row.getLong(2), row.getLong(3));
            });
  }
}
