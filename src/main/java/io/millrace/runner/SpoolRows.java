package io.millrace.runner;

import io.millrace.run.OutputCounts;
import io.millrace.spool.OutputReader;
import io.millrace.spool.Segment;
import io.millrace.spool.Stream;
import io.millrace.store.OutputRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Output segments of the spool as rows for the database: the same bytes, the same frames, the same
/// offsets. Blocks.
final class SpoolRows {
  private SpoolRows() {}

  /// All that the spool holds from `offset` on, until at least `most` bytes are together; whole
  /// segments only.
  static List<OutputRow> read(LiveRun run, long offset, long most) throws IOException {
    try (var reader = run.openReader()) {
      return read(reader, offset, Long.MAX_VALUE, most);
    }
  }

  /// The full segments from `offset` on that lie in the head, which stays whatever comes.
  static List<OutputRow> readHead(LiveRun run, long offset, long most) throws IOException {
    long headEnd = run.firstOffset() + run.run().submission().limits().keptOutputBytes() / 4;
    try (var reader = run.openReader()) {
      return read(reader, offset, headEnd, most);
    }
  }

  /// What this attempt wrote, as far as it can still be read: for one that nobody counted to its
  /// end. What is missing counts as bytes of stdout.
  static OutputCounts counts(LiveRun run) throws IOException {
    long end = run.firstOffset();
    long stderr = 0;
    long missing = 0;
    try (var reader = run.directory().openReader(run.firstOffset())) {
      for (long first : reader.offsets()) {
        missing += Math.max(0, first - end);
        end = Math.max(end, first);
        for (var frame : reader.segment(first).map(Segment::index).orElse(List.of())) {
          stderr += frame.stream() == Stream.STDERR ? frame.end() - end : 0;
          end = frame.end();
        }
      }
    }
    long bytes = end - run.firstOffset();
    return new OutputCounts(bytes, bytes - stderr, stderr, missing);
  }

  private static List<OutputRow> read(OutputReader reader, long offset, long headEnd, long most)
      throws IOException {
    boolean onlyFull = headEnd < Long.MAX_VALUE;
    var rows = new ArrayList<OutputRow>();
    long bytes = 0;
    for (long first : reader.offsets()) {
      if (first < offset) {
        continue;
      }
      if (bytes >= most || first >= headEnd) {
        break;
      }
      var segment = reader.segment(first);
      if (segment.isPresent() && (segment.get().complete() || !onlyFull)) {
        rows.add(row(segment.get()));
        bytes += segment.get().bytes().length;
      }
    }
    return rows;
  }

  private static OutputRow row(Segment segment) {
    return new OutputRow(segment.firstOffset(), segment.bytes(), segment.frames());
  }
}
