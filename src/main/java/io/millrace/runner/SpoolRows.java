package io.millrace.runner;

import io.millrace.spool.OutputReader;
import io.millrace.spool.Segment;
import io.millrace.store.OutputRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Output segments of the spool as rows for the database: the same bytes, the same frames, the same
/// offsets. Blocks.
final class SpoolRows {
  private SpoolRows() {}

  /// All that the spool holds from `offset` on, until at least `most` bytes are together, index
  /// included; whole segments only.
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
        var row = row(segment.get());
        rows.add(row);
        bytes += row.size();
      }
    }
    return rows;
  }

  private static OutputRow row(Segment segment) {
    return new OutputRow(segment.firstOffset(), segment.bytes(), segment.frames());
  }
}
