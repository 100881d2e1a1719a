-- The live runs, narrow and hot: a row comes with the run and goes with its end.
--
-- scheduled: its time has not come · held: another run of its concurrency key comes first · ready: waits for a slot ·
-- claimed: a node has it. So every ready row can be claimed, and a claim looks at nothing else.
create table run_queue (
  run_id uuid primary key,
  state text not null,
  rank smallint not null,             -- -priority: the order of start is (rank, ready_at, run_id)
  ready_at timestamptz not null,
  concurrency_key text,
  attempt integer not null default 0, -- claims so far
  node text,                          -- that has it, or had it last
  epoch bigint,
  claim bigint,                       -- which claim of that epoch; null when the insert itself claimed it
  stop_requested_at timestamptz,
  stop_by text,
  stop_grace_ms bigint,
  stdout_bytes bigint not null default 0,     -- of the attempts that have ended
  stderr_bytes bigint not null default 0,
  truncated_bytes bigint not null default 0,

  constraint run_queue_state_is_known check (state in ('scheduled', 'held', 'ready', 'claimed')),
  constraint run_queue_rank_is_a_priority check (rank between -100 and 100),
  constraint run_queue_claim_has_an_owner check (state <> 'claimed' or (node is not null and epoch is not null and attempt >= 1)),
  constraint run_queue_held_has_a_key check (state <> 'held' or concurrency_key is not null),
  constraint run_queue_stop_has_all_its_facts check (num_nulls(stop_requested_at, stop_by, stop_grace_ms) in (0, 3))
) with (
  fillfactor = 50,
  autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_vacuum_threshold = 2000,
  autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 0.1
);

-- What a claim reads, in its order.
create index run_queue_ready on run_queue (rank, ready_at, run_id) where state = 'ready';

-- What becomes ready next; a million of these are in nobody's way.
create index run_queue_scheduled on run_queue (ready_at, run_id) where state = 'scheduled';

-- One at a time of each concurrency key.
create unique index run_queue_one_of_each_key on run_queue (concurrency_key)
  where state in ('ready', 'claimed') and concurrency_key is not null;

-- Only to count who is ahead of whom.
create index run_queue_held on run_queue (rank, ready_at, run_id) where state = 'held';

create index run_queue_by_key on run_queue (concurrency_key, rank, ready_at, run_id)
  where concurrency_key is not null;

-- What runs, newest first, however much waits.
create index run_queue_with_node on run_queue (run_id) where node is not null;

-- Keys live apart from the runs: a unique index of a partitioned table must contain the partition key.
create table idempotency_key (
  key text primary key,
  fingerprint bytea not null,
  run_id uuid not null,               -- says when, too: a key is void 24 hours after its run's creation
  constraint idempotency_key_fits_an_index check (octet_length(key) <= 1024)
) with (autovacuum_vacuum_scale_factor = 0.05);

create index idempotency_key_by_run on idempotency_key (run_id);

create table node (
  name text primary key,
  epoch bigint not null,              -- rises with each start of the node's server
  seen_at timestamptz not null
);
