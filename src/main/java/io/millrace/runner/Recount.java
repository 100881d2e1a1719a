package io.millrace.runner;

import io.millrace.run.OutputCounts;
import io.millrace.spool.Frame;
import io.millrace.spool.Segment;
import io.millrace.spool.Stream;
import io.millrace.store.OutputRow;
import io.millrace.store.StoredIndex;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Counts again what a lost attempt wrote: nobody counted to its end, and who looked at its spool
/// cannot know what of it is stored already.
///
/// What neither has is missing, and counts as bytes of stdout.
final class Recount {
  private final long firstOffset;
  private long end;
  private long stderr;
  private long missing;

  private Recount(long firstOffset) {
    this.firstOffset = firstOffset;
    this.end = firstOffset;
  }

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
    var counted = new Recount(run.firstOffset());
    pieces.forEach(counted::add);
    return counted.counts();
  }

  private void add(long first, List<Frame> frames) {
    missing += Math.max(0, first - end);
    end = Math.max(end, first);
    for (var frame : frames) {
      long more = Math.max(0, frame.end() - end);
      stderr += frame.stream() == Stream.STDERR ? more : 0;
      end += more;
    }
  }

  private OutputCounts counts() {
    long bytes = end - firstOffset;
    return new OutputCounts(bytes, bytes - stderr, stderr, missing);
  }
}
