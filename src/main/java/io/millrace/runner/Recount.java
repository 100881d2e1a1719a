package io.millrace.runner;

import io.millrace.run.OutputCounts;
import io.millrace.spool.Frame;
import io.millrace.spool.OutputTally;
import io.millrace.store.OutputRow;
import io.millrace.store.StoredIndex;
import java.util.List;
import java.util.TreeMap;

/// Counts again what a lost attempt wrote: nobody counted to its end, and who looked at its spool
/// cannot know what of it is stored already.
final class Recount {
  private Recount() {}

  /// @param rows read of the spool before `stored` was: what leaves the spool is stored by then
  /// @param stored of the run, also of its earlier attempts
  static OutputCounts of(LiveRun run, List<OutputRow> rows, List<StoredIndex> stored) {
    var pieces = new TreeMap<Long, List<Frame>>();
    for (var row : rows) {
      pieces.put(row.firstOffset(), Frame.decode(row.frames(), row.firstOffset()));
    }
    for (var piece : stored) {
      if (piece.firstOffset() >= run.firstOffset()) {
        pieces.put(piece.firstOffset(), Frame.decode(piece.frames(), piece.firstOffset()));
      }
    }
    var tally = new OutputTally(run.firstOffset());
    pieces.forEach(tally::add);
    return tally.counts();
  }
}
