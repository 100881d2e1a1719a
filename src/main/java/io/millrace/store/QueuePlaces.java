package io.millrace.store;

import io.millrace.run.RunId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Where runs stand in the order of start: first what is ready or held, by priority and age; then
/// what is scheduled, by time.
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
          where holder.concurrency_key = q.concurrency_key and holder.state in ('ready', 'claimed'))
      from run_queue q where q.run_id = $1::uuid and q.state <> 'claimed'\
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

  Future<Map<RunId, Long>> positions(List<RunId> ids) {
    if (ids.isEmpty()) {
      return Future.succeededFuture(Map.of());
    }
    return database
        .read(POSITIONS, Tuple.of(ids.stream().map(RunId::uuid).toArray(UUID[]::new)))
        .map(
            rows -> {
              var positions = new HashMap<RunId, Long>();
              rows.forEach(row -> positions.put(new RunId(row.getUUID(0)), row.getLong(1)));
              return positions;
            });
  }

  Future<Optional<Place>> place(RunId id) {
    return database
        .read(FIND, Tuple.of(id.uuid()))
        .compose(
            found -> {
              for (var row : found) {
                return positions(List.of(id))
                    .map(
                        positions ->
                            Optional.ofNullable(positions.get(id))
                                .map(position -> place(row, position)));
              }
              return Future.succeededFuture(Optional.empty());
            });
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
