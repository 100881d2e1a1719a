package io.millrace.store;

/// Ends runs that have not started.
final class CancelSql {
  private CancelSql() {}

  /// The rest of both statements: what was taken out of the queue gets its end in the history.
  ///
  /// The attempt is the one that never began. Deleting waits for a claim that is under way and then
  /// finds the row claimed.
  private static final String END =
      """
      ended as (
        update run set status = 'cancelled', outcome = 'cancelled', outcome_text = gone.by, finished_at = gone.at,
          stop_requested_at = gone.at, attempt = gone.attempt + 1, node = gone.node,
          first_offset = gone.stdout_bytes + gone.stderr_bytes, cpu_micros = 0, max_memory_bytes = 0,
          stdout_bytes = gone.stdout_bytes, stderr_bytes = gone.stderr_bytes, truncated_bytes = gone.truncated_bytes
        from gone where run.id = gone.run_id
      )
      select run_id, concurrency_key from gone\
      """;

  /// Values: id, by, at.
  static final String CANCEL =
      """
      with gone as (
        delete from run_queue q where q.run_id = $1::uuid and q.state <> 'claimed'
        returning q.*, $2::text as by, $3::timestamptz as at
      ),
      """
          + END;

  /// All that wait for a key. Values: keys, by whom each, at.
  static final String REPLACE =
      """
      with replaced as materialized (
        select * from unnest($1::text[], $2::text[]) replaced (key, by)
      ),
      gone as (
        delete from run_queue q using replaced where q.concurrency_key = replaced.key and q.state <> 'claimed'
        returning q.*, replaced.by, $3::timestamptz as at
      ),
      """
          + END;
}
