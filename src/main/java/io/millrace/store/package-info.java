/// All SQL, one class per aggregate; every write of more than one row is a batch.
///
/// A store knows rows and transactions; what should happen to a run is decided elsewhere. SQL
/// stands at the top of the class that sends it, as text blocks named by their verb, with its
/// guards in the `where`. What a caller must decide about comes back as a sealed result; a database
/// that fails is a failed future with [io.millrace.store.DatabaseAway].
///
/// Tables: `run` is wide and keeps history, in monthly partitions by id; `run_queue` is narrow and
/// hot and holds exactly the runs that are live; `run_output`, `run_label` and `run_attempt` are
/// partitioned like `run`; `idempotency_key` and `node` are not.
@NullMarked
package io.millrace.store;

import org.jspecify.annotations.NullMarked;
