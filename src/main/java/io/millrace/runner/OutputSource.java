package io.millrace.runner;

import io.millrace.run.RunId;
import io.millrace.spool.Slice;
import io.vertx.core.Future;

/// Reads what a run wrote: from the spool while it lives, from PostgreSQL afterwards, by the same
/// offsets.
public interface OutputSource {

  /// Reads at `offset`, at most `maxBytes` (positive).
  ///
  /// Never answers [Slice.NotHere]. [Slice.AtEnd] of a run that has not ended means "not yet":
  /// listen to [io.millrace.bus.Topics#output] before reading. For a run that nobody knows it is
  /// `AtEnd(0)`.
  Future<Slice> read(RunId run, long offset, int maxBytes);
}
