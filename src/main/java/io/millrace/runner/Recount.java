package io.millrace.runner;

import io.millrace.run.OutputCounts;
import io.millrace.spool.Frame;
import io.millrace.spool.OutputTally;
import io.millrace.spool.Segment;
import io.millrace.store.OutputRow;
import io.millrace.store.StoredIndex;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Counts again what a lost attempt wrote: nobody counted to its end, and who looked at its spool
/// cannot know what of it is stored already.
final class Recount {
  private Recount() {}

  /// The index of what the spool has; blocks.
  static Map<Long, List<Frame>> inSpool(LiveRun run) throws IOException {
    var pieces = new TreeMap<Long, List<Frame>>();
    try (var reader = run.directory().openReader(run.firstOffset())) {
      for (long first : reader.offsets()) {
        pieces.put(first, reader.segment(first).map(Segment::index).orElse(List.of()));
      }
    }
    return pieces;
  }

  /// The index of what was read of the spool.
  static Map<Long, List<Frame>> index(List<OutputRow> rows) {
    var pieces = new TreeMap<Long, List<Frame>>();
    rows.forEach(
        row -> pieces.put(row.firstOffset(), Frame.decode(row.frames(), row.firstOffset())));
    return pieces;
  }

  /// @param inSpool looked at before `stored`: what leaves the spool is stored by then
  /// @param stored of the run, also of its earlier attempts
  static OutputCounts of(LiveRun run, Map<Long, List<Frame>> inSpool, List<StoredIndex> stored) {
    var pieces = new TreeMap<>(inSpool);
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
