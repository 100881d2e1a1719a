package io.millrace.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.YearMonth;
import java.util.Locale;

/// Makes years of history in SQL.
final class HistoryRows {
  /// A UUID of version 7 for a time in milliseconds and a number below 4,096, which keeps ids of
  /// one millisecond apart and in order.
  private static final String MAKE_ID =
      """
      create or replace function test_run_id(millis bigint, number integer) returns uuid language sql immutable
      return (lpad(to_hex(millis), 12, '0') || '7' || lpad(to_hex(number % 4096), 3, '0') || '8'
        || lpad(to_hex(number), 15, '0'))::uuid\
      """;

  /// Ended runs, evenly over the months: of each 100, one failed, one was cancelled, two had a
  /// name, one ran for a unit; of each 1,000 one was lost, one timed out and one ran on another
  /// node.
  private static final String RUNS =
      """
      insert into run (id, script, unit, name, labels, stdin_open, timeout_ms, grace_ms, priority, umask, isolate, merge_stderr,
        on_conflict, retry_attempts, retry_delay_ms, retry_backoff,
        status, node, attempt, first_offset, started_at, finished_at, outcome, exit_code, signal, outcome_text, outcome_limit,
        cpu_micros, max_memory_bytes, stdout_bytes, stderr_bytes, truncated_bytes)
      select id,
        case when i %% 100 <> 7 then 'echo ' || i end, case when i %% 100 = 7 then 'unit-' || i / 100 %% 10 end,
        case when i %% 50 = 3 then 'name-' || i / 50 %% 20 end,
        case when i %% 20 = 1 then array['team', 't' || i / 20 %% 10] end,
        false, 300000, 10000, 0, 18, false, false, 'queue', 1, 0, 1,
        status, case when i %% 1000 = 500 then 'rare' else 'here' end, 1, 0, at, at,
        case when status in ('succeeded', 'failed') then 'ended' else status end,
        case status when 'succeeded' then 0 when 'failed' then 1 end, case when status = 'timed_out' then 15 end,
        case when status in ('cancelled', 'lost') then 'x' end, case when status = 'timed_out' then 1000 end,
        3000, 4000000, 6, 0, 0
      from (
        select i, test_run_id(millis, i) as id, to_timestamp(millis / 1000.0) as at,
          case when i %% 100 = 42 then 'failed' when i %% 100 = 43 then 'cancelled' when i %% 1000 = 44 then 'lost'
            when i %% 1000 = 45 then 'timed_out' else 'succeeded' end as status
        from (
          select i, %1$d + (i::bigint * %2$d / %3$d) as millis from generate_series(%4$d, %5$d - 1) i
        ) times
      ) runs\
      """;

  private static final String OUTPUT =
      """
      insert into run_output (run_id, first_offset, bytes, frames)
      select id, 0, 'hello'::bytea || '\\x0a', decode(repeat('00', 16), 'hex')
      from run where id >= test_run_id(%1$d, 0) and id < test_run_id(%2$d, 0) and status is not null\
      """;

  private static final String LABELS =
      """
      insert into run_label (key, value, run_id)
      select labels[1], labels[2], id
      from run where id >= test_run_id(%1$d, 0) and id < test_run_id(%2$d, 0) and labels is not null\
      """;

  private static final String SCHEDULE =
      """
      with made as (
        insert into run (id, script, stdin_open, timeout_ms, grace_ms, priority, umask, isolate, merge_stderr,
          on_conflict, retry_attempts, retry_delay_ms, retry_backoff, run_at)
        select test_run_id((extract(epoch from now()) * 1000)::bigint - 1000, i), 'echo', false, 300000, 10000, 0, 18, false, false,
          'queue', 1, 0, 1, now() + interval '1 day' + i * interval '1 ms'
        from generate_series(1, %d) i
        returning id, run_at
      )
      insert into run_queue (run_id, state, rank, ready_at) select id, 'scheduled', 0, run_at from made\
      """;

  private HistoryRows() {}

  /// `runs` of them with output and labels, spread over the `months` that end with `last`.
  static void make(StoreFixture store, int runs, YearMonth last, int months) throws SQLException {
    var partitions = new Partitions(store.database);
    for (int i = 0; i < months; i++) {
      partitions.make(last.minusMonths(i)).await();
    }
    long from = millis(last.minusMonths(months - 1L));
    long span = millis(last.plusMonths(1)) - from;
    try (var connection = connect(store.settings);
        var statement = connection.createStatement()) {
      statement.execute("set synchronous_commit = off");
      statement.execute(MAKE_ID);
      statement.execute(RUNS.formatted(from, span, runs, 0, runs));
      statement.execute(OUTPUT.formatted(from, from + span));
      statement.execute(LABELS.formatted(from, from + span));
      statement.execute("vacuum analyze");
    }
  }

  /// Runs for tomorrow, waiting.
  static void schedule(StoreFixture store, int runs) {
    try (var connection = connect(store.settings);
        var statement = connection.createStatement()) {
      statement.execute(MAKE_ID);
      statement.execute(SCHEDULE.formatted(runs));
      statement.execute("vacuum analyze run_queue");
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  static Connection connect(DatabaseSettings settings) throws SQLException {
    return DriverManager.getConnection(settings.jdbcUrl(), settings.user(), settings.password());
  }

  static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static long millis(YearMonth month) {
    return month.atDay(1).atStartOfDay(java.time.ZoneOffset.UTC).toInstant().toEpochMilli();
  }
}
