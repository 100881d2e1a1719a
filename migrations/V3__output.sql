-- Output in pieces that are named by the offset of their first byte; what lies between two pieces was not kept.
create table run_output (
  run_id uuid not null,
  first_offset bigint not null,
  bytes bytea not null,
  frames bytea not null,              -- 16 bytes each: (epoch ms << 8 | stream), offset of the end
  primary key (run_id, first_offset),
  constraint run_output_begins_in_the_run check (first_offset >= 0),
  constraint run_output_has_bytes check (octet_length(bytes) between 1 and 1048576),
  constraint run_output_frames_are_whole check (octet_length(frames) > 0 and octet_length(frames) % 16 = 0)
) partition by range (run_id);

-- Slow compression would cost more than the space; lz4 is not in every server.
do $$
begin
  alter table run_output alter column bytes set compression lz4, alter column frames set compression lz4;
exception when feature_not_supported then
  alter table run_output alter column bytes set storage external, alter column frames set storage external;
end
$$;

create table run_output_default partition of run_output default;

-- Attempts of runs that had more than one. The only attempt of a run is the run's own row.
create table run_attempt (
  run_id uuid not null,
  attempt integer not null,
  first_offset bigint not null,
  started_at timestamptz,
  finished_at timestamptz not null,
  outcome text not null,
  exit_code smallint,
  signal smallint,
  outcome_text text,
  outcome_limit bigint,
  primary key (run_id, attempt),
  constraint run_attempt_counts_from_1 check (attempt >= 1),
  constraint run_attempt_outcome_is_known check (
    outcome in ('ended', 'out_of_memory', 'timed_out', 'cancelled', 'not_started', 'lost')),
  constraint run_attempt_has_one_process_end check (exit_code is null or signal is null)
) partition by range (run_id);

create table run_attempt_default partition of run_attempt default;

create table run_label (
  key text not null,
  value text not null,
  run_id uuid not null,
  primary key (key, value, run_id),
  constraint run_label_fits_an_index check (octet_length(key) + octet_length(value) <= 2048)
) partition by range (run_id);

create table run_label_default partition of run_label default;
