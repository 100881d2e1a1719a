-- History: one row for each run, from the moment it is accepted until its month is dropped.
--
-- Partitioned by id, whose first 48 bits are the time of creation in milliseconds (UUID version 7), so an id leads to its
-- month. What was asked for never changes. How it ended is written once: until then `status` is null, and
-- run_queue has a row of the run.
create table run (
  id uuid not null,

  script text,
  unit text,
  name text,
  args text[],
  environment text[],           -- K=V, in the order given
  workdir text,
  run_user text,
  stdin_open boolean not null,
  stdin_text text,
  timeout_ms bigint not null,   -- 0: none
  grace_ms bigint not null,
  priority smallint not null,
  labels text[],                -- key, value, key, value …
  memory_limit_bytes bigint,
  cpu_limit_percent integer,
  process_limit integer,
  open_file_limit integer,
  output_limit_bytes bigint,
  nice smallint,
  umask smallint not null,
  isolate boolean not null,
  merge_stderr boolean not null,
  terminal_columns smallint,
  terminal_rows smallint,
  concurrency_key text,
  on_conflict text not null,
  run_at timestamptz,
  retry_attempts integer not null,
  retry_delay_ms bigint not null,
  retry_backoff double precision not null,
  interpreter text,

  -- The end; of the last attempt where there were several.
  status text,
  node text,
  attempt integer,
  first_offset bigint,          -- of the last attempt's output in the run's
  started_at timestamptz,
  finished_at timestamptz,
  outcome text,
  exit_code smallint,
  signal smallint,
  outcome_text text,            -- cancelled: by whom; not_started, lost: why
  outcome_limit bigint,         -- timed_out: ms; out_of_memory: bytes
  cpu_micros bigint,
  max_memory_bytes bigint,
  stop_requested_at timestamptz,
  stdout_bytes bigint,          -- over all attempts, as are the next two
  stderr_bytes bigint,
  truncated_bytes bigint,

  primary key (id),
  constraint run_id_is_uuid_version_7 check (get_byte(uuid_send(id), 6) >> 4 = 7),
  constraint run_has_a_script_or_a_unit check ((script is null) <> (unit is null)),
  constraint run_unit_fits_an_index check (octet_length(unit) <= 1024),
  constraint run_name_fits_an_index check (octet_length(name) <= 1024),
  constraint run_concurrency_key_fits_an_index check (octet_length(concurrency_key) <= 1024),
  constraint run_stdin_is_open_or_given check (not stdin_open or stdin_text is null),
  constraint run_times_are_not_negative check (timeout_ms >= 0 and grace_ms >= 0 and retry_delay_ms >= 0),
  constraint run_priority_is_within_100 check (priority between -100 and 100),
  constraint run_labels_are_pairs check (coalesce(array_length(labels, 1), 0) % 2 = 0),
  constraint run_limits_are_positive check (
    memory_limit_bytes > 0 and cpu_limit_percent > 0 and process_limit > 0 and open_file_limit > 0 and output_limit_bytes > 0),
  constraint run_umask_is_three_octal_digits check (umask between 0 and 511),
  constraint run_terminal_has_both_sides check ((terminal_columns is null) = (terminal_rows is null)),
  constraint run_on_conflict_is_known check (on_conflict in ('queue', 'reject', 'replace')),
  constraint run_retries_make_sense check (retry_attempts >= 1 and retry_backoff >= 1),
  constraint run_status_is_known check (status in ('succeeded', 'failed', 'timed_out', 'cancelled', 'lost')),
  constraint run_outcome_is_known check (
    outcome in ('ended', 'out_of_memory', 'timed_out', 'cancelled', 'not_started', 'lost')),
  constraint run_ends_with_all_its_facts check (
    case when status is null
      then num_nonnulls(node, attempt, first_offset, started_at, finished_at, outcome, exit_code, signal, outcome_text,
        outcome_limit, cpu_micros, max_memory_bytes, stop_requested_at, stdout_bytes, stderr_bytes, truncated_bytes) = 0
      else num_nulls(attempt, first_offset, finished_at, outcome, cpu_micros, max_memory_bytes, stdout_bytes, stderr_bytes,
        truncated_bytes) = 0
    end),
  constraint run_has_one_process_end check (exit_code is null or signal is null),
  constraint run_output_adds_up check (
    stdout_bytes >= 0 and stderr_bytes >= 0 and truncated_bytes between 0 and stdout_bytes + stderr_bytes)
) partition by range (id);

-- Each serves one filter of the list, newest first. A live run is in none of the first two.
create index run_by_status on run (status, id) where status is not null;
create index run_by_node on run (node, id) where node is not null;
create index run_by_unit on run (unit, id) where unit is not null;
create index run_by_name on run (name, id) where name is not null;

-- For ids no month was made for: of the far past or future.
create table run_default partition of run default;
