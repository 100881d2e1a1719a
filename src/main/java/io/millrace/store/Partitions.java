package io.millrace.store;

import io.millrace.run.RunId;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Monthly partitions of the history, made ahead and dropped when they are old.
///
/// A month's tables are named by it (`run_2026_11`, `run_output_2026_11` …) and bounded by the ids
/// of its first and last millisecond in UTC. What came before its month was made, or from a clock
/// that ran ahead, lies in the default partition and moves over when the month is made.
public final class Partitions {
  private static final Logger LOG = LoggerFactory.getLogger(Partitions.class);

  private static final List<Parent> PARENTS =
      List.of(
          new Parent("run", "id"),
          new Parent("run_output", "run_id"),
          new Parent("run_attempt", "run_id"),
          new Parent("run_label", "run_id"));

  private static final int MONTHS_AHEAD = 2;
  private static final Duration KEY_LIFE = Duration.ofHours(24);

  private static final String FIND =
      """
      select c.relname from pg_inherits i
        join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'run'::regclass and c.relname ~ '^run_\\d{4}_\\d{2}$'
      order by c.relname\
      """;

  /// Two servers that make or drop months wait for each other, and nobody waits long for them.
  private static final String LOCK =
      "select set_config('lock_timeout', '3s', true),"
          + " pg_advisory_xact_lock(hashtextextended('millrace partitions', 0))";

  private static final String MAKE =
      """
      create table %1$s (like %2$s including all) with (
        autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
      with moved as (delete from %2$s_default where %3$s >= '%4$s' and %3$s < '%5$s' returning *)
        insert into %1$s select * from moved;
      alter table %2$s attach partition %1$s for values from ('%4$s') to ('%5$s')\
      """;

  private static final String HAS_LIVE_RUN =
      "select exists (select from run_queue where run_id >= $1::uuid and run_id < $2::uuid)";

  private static final String FORGET_KEYS = "delete from idempotency_key where run_id < $1::uuid";

  private final Database database;

  private record Parent(String name, String key) {
    String of(YearMonth month) {
      return "%s_%s".formatted(name, suffix(month));
    }
  }

  public Partitions(Database database) {
    this.database = database;
  }

  /// Makes those of this month and the next two, and forgets idempotency keys that are void; to be
  /// called at the start and daily.
  public Future<Void> prepare(Instant now) {
    return months()
        .compose(
            there -> {
              var missing = new ArrayList<YearMonth>();
              for (int ahead = 0; ahead <= MONTHS_AHEAD; ahead++) {
                var month = month(now).plusMonths(ahead);
                if (!there.contains(month)) {
                  missing.add(month);
                }
              }
              return make(missing);
            })
        .compose(
            made -> database.move(FORGET_KEYS, Tuple.of(RunId.lowerBound(now.minus(KEY_LIFE)))))
        .mapEmpty();
  }

  /// Drops months that ended more than `keepDays` ago and hold no live run; answers their names
  /// (`2026-01`).
  public Future<List<String>> drop(Instant now, int keepDays) {
    var keep = now.minus(Duration.ofDays(keepDays));
    return months()
        .compose(
            there -> {
              Future<List<String>> dropped = Future.succeededFuture(new ArrayList<>());
              for (var month : there) {
                if (!start(month.plusMonths(1)).isAfter(keep)) {
                  dropped = dropped.compose(names -> drop(month, names));
                }
              }
              return dropped;
            });
  }

  /// The months that have partitions, oldest first.
  Future<List<YearMonth>> months() {
    return database
        .move(FIND, Tuple.tuple())
        .map(
            rows ->
                ConcurrencyKeys.texts(rows, 0).stream()
                    .map(name -> YearMonth.parse(name.substring("run_".length()).replace('_', '-')))
                    .toList());
  }

  private Future<Void> make(List<YearMonth> months) {
    Future<Void> made = Future.succeededFuture();
    for (var month : months) {
      made = made.compose(before -> make(month));
    }
    return made;
  }

  /// All four tables of one month.
  Future<Void> make(YearMonth month) {
    return database.housekeeping(
        connection ->
            connection
                .query(LOCK)
                .execute()
                .compose(locked -> exists(connection, month))
                .compose(
                    exists -> {
                      Future<Void> done = Future.succeededFuture();
                      for (var parent : exists ? List.<Parent>of() : PARENTS) {
                        done =
                            done.compose(
                                before ->
                                    connection.query(make(parent, month)).execute().mapEmpty());
                      }
                      return done;
                    }));
  }

  private static Future<Boolean> exists(SqlConnection connection, YearMonth month) {
    return connection
        .preparedQuery("select to_regclass($1::text) is not null")
        .execute(Tuple.of("run_" + suffix(month)))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }

  private static String make(Parent parent, YearMonth month) {
    return MAKE.formatted(
        parent.of(month),
        parent.name(),
        parent.key(),
        RunId.lowerBound(start(month)),
        RunId.lowerBound(start(month.plusMonths(1))));
  }

  private Future<List<String>> drop(YearMonth month, List<String> dropped) {
    return database.housekeeping(
        connection ->
            connection
                .query(LOCK)
                .execute()
                .compose(
                    locked ->
                        connection
                            .preparedQuery(HAS_LIVE_RUN)
                            .execute(
                                Tuple.of(
                                    RunId.lowerBound(start(month)),
                                    RunId.lowerBound(start(month.plusMonths(1))))))
                .compose(
                    rows -> {
                      if (rows.iterator().next().getBoolean(0)) {
                        LOG.info("history: {} is kept, a run of it is still live", month);
                        return Future.succeededFuture(dropped);
                      }
                      var tables =
                          String.join(", ", PARENTS.stream().map(each -> each.of(month)).toList());
                      return connection
                          .query("drop table if exists " + tables)
                          .execute()
                          .map(
                              done -> {
                                LOG.info("history: {} is dropped", month);
                                dropped.add(month.toString());
                                return dropped;
                              });
                    }));
  }

  private static String suffix(YearMonth month) {
    return String.format(Locale.ROOT, "%04d_%02d", month.getYear(), month.getMonthValue());
  }

  private static YearMonth month(Instant instant) {
    return YearMonth.from(instant.atOffset(ZoneOffset.UTC));
  }

  private static Instant start(YearMonth month) {
    return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
