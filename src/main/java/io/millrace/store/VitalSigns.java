package io.millrace.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.Optional;

/// Reads [Vitals]. Any context may ask; each question is one statement.
public final class VitalSigns {
  /// Counts are by index. Snapshots of every database count, but this question's own and those of
  /// autovacuum, which hold nothing back; so do those of standbys and of forgotten prepared
  /// transactions.
  private static final String READ =
      """
      select
        (select count(*) from run_queue where state = 'scheduled'),
        (select count(*) from run_queue where state = 'held'),
        ready.waiting,
        (select count(*) from run_queue where state = 'claimed' and node is not null),
        ready.oldest,
        greatest(
          (select max(age(backend_xmin)) from pg_stat_activity
            where pid <> pg_backend_pid() and backend_type is distinct from 'autovacuum worker'),
          (select max(greatest(age(xmin), age(catalog_xmin))) from pg_replication_slots),
          (select max(age(transaction)) from pg_prepared_xacts),
          0)::bigint
      from (select count(*) as waiting, min(ready_at) as oldest from run_queue where state = 'ready') ready\
      """;

  private final Database database;

  public VitalSigns(Database database) {
    this.database = database;
  }

  public Future<Vitals> read() {
    return database.read(READ, Tuple.tuple()).map(rows -> vitals(rows.iterator().next()));
  }

  private static Vitals vitals(Row row) {
    var counts = new QueueCounts(row.getLong(0), row.getLong(1), row.getLong(2), row.getLong(3));
    var oldest = Optional.ofNullable(row.getOffsetDateTime(4)).map(OffsetDateTime::toInstant);
    return new Vitals(counts, oldest, row.getLong(5));
  }
}
