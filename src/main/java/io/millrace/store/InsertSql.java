package io.millrace.store;

/// The statements of [InsertRuns].
final class InsertSql {
  private InsertSql() {}

  /// Rows of `run`, `run_queue` and `run_label` in one statement. Values: node, epoch, free slots,
  /// then a column each, then labels.
  ///
  /// `entry` says how a row begins: scheduled, held (it has a concurrency key), or ready. Ready
  /// ones are claimed at once while slots are free, in the order of start, unless something that is
  /// ready already comes before them in that order, or a newer life of the node has begun.
  static final String INSERT =
      """
      with given as materialized (
        select * from unnest(
          $4::uuid[], $5::text[], $6::smallint[], $7::timestamptz[],
          $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::boolean[], $16::text[],
          $17::bigint[], $18::bigint[], $19::smallint[], $20::text[],
          $21::bigint[], $22::integer[], $23::integer[], $24::integer[], $25::bigint[],
          $26::smallint[], $27::smallint[], $28::boolean[], $29::boolean[], $30::smallint[], $31::smallint[],
          $32::text[], $33::text[], $34::timestamptz[], $35::integer[], $36::bigint[], $37::double precision[], $38::text[]
        ) with ordinality as given (
          id, entry, rank, ready_at,
          script, unit, name, args, environment, workdir, run_user, stdin_open, stdin_text,
          timeout_ms, grace_ms, priority, labels,
          memory_limit_bytes, cpu_limit_percent, process_limit, open_file_limit, output_limit_bytes,
          nice, umask, isolate, merge_stderr, terminal_columns, terminal_rows,
          concurrency_key, on_conflict, run_at, retry_attempts, retry_delay_ms, retry_backoff, interpreter, place)
      ),
      ahead as materialized (
        select rank from run_queue where state = 'ready' order by rank, ready_at, run_id limit 1
      ),
      placed as materialized (
        select id, rank, ready_at, concurrency_key,
          case when entry = 'ready' and rank < coalesce((select rank from ahead), 32767)
              and count(*) filter (where entry = 'ready') over (order by rank, place rows unbounded preceding) <= $3::bigint
              and exists (select from node where name = $1::text and epoch = $2::bigint)
            then 'claimed' else entry end as state
        from given
      ),
      kept as (
        insert into run (
          id, script, unit, name, args, environment, workdir, run_user, stdin_open, stdin_text,
          timeout_ms, grace_ms, priority, labels,
          memory_limit_bytes, cpu_limit_percent, process_limit, open_file_limit, output_limit_bytes,
          nice, umask, isolate, merge_stderr, terminal_columns, terminal_rows,
          concurrency_key, on_conflict, run_at, retry_attempts, retry_delay_ms, retry_backoff, interpreter)
        select
          id, script, unit, name, args::text[], environment::text[], workdir, run_user, stdin_open, stdin_text,
          timeout_ms, grace_ms, priority, labels::text[],
          memory_limit_bytes, cpu_limit_percent, process_limit, open_file_limit, output_limit_bytes,
          nice, umask, isolate, merge_stderr, terminal_columns, terminal_rows,
          concurrency_key, on_conflict, run_at, retry_attempts, retry_delay_ms, retry_backoff, interpreter
        from given
      ),
      labelled as (
        insert into run_label (run_id, key, value) select * from unnest($39::uuid[], $40::text[], $41::text[])
      )
      insert into run_queue (run_id, state, rank, ready_at, concurrency_key, attempt, node, epoch)
      select id, state, rank, ready_at, concurrency_key,
        case when state = 'claimed' then 1 else 0 end,
        case when state = 'claimed' then $1::text end,
        case when state = 'claimed' then $2::bigint end
      from placed
      returning run_id, state = 'claimed'\
      """;

  /// Takes keys for new runs; does not return those that are taken. Sorted, so that two batches do
  /// not wait for each other crosswise.
  static final String TAKE_IDEMPOTENCY_KEYS =
      """
      insert into idempotency_key as taken (key, fingerprint, run_id)
      select * from unnest($1::text[], $2::bytea[], $3::uuid[]) given (key, fingerprint, run_id) order by key
      on conflict (key) do update set fingerprint = excluded.fingerprint, run_id = excluded.run_id
        where taken.run_id < $4::uuid
      returning key\
      """;

  static final String READ_IDEMPOTENCY_KEYS =
      "select key, fingerprint, run_id from idempotency_key where key = any ($1::text[])";

  static final String GIVE_IDEMPOTENCY_KEYS_BACK =
      "delete from idempotency_key where run_id = any ($1::uuid[])";

  /// Who has a key now, first of all the one that runs. A run that only waits for its time does not
  /// have it.
  static final String FIND_HOLDERS =
      """
      select distinct on (concurrency_key) concurrency_key, run_id
      from run_queue
      where concurrency_key = any ($1::text[]) and (state <> 'scheduled' or attempt > 0)
      order by concurrency_key, state = 'claimed' desc, rank, ready_at, run_id\
      """;

  static final String FIND_RUNNING =
      """
      select concurrency_key, run_id from run_queue
      where concurrency_key = any ($1::text[]) and state = 'claimed'\
      """;

  /// What became of rows whose commit nobody answered for.
  static final String LOOK_UP =
      """
      select r.id, coalesce(q.state = 'claimed' and q.node = $1::text and q.epoch = $2::bigint and q.attempt = 1, false), (
          select holder.run_id from run_queue holder
          where r.on_conflict = 'replace' and holder.concurrency_key = r.concurrency_key and holder.state = 'claimed'
            and holder.run_id <> r.id)
      from run r left join run_queue q on q.run_id = r.id
      where r.id = any ($3::uuid[])\
      """;
}
