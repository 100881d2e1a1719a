package io.millrace.runner;

import io.millrace.run.Limits;
import io.millrace.spool.RunDirectory;
import io.millrace.store.OutputRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Output segments of the spool as rows for the database: the same bytes, the same frames, the same offsets.
final class SpoolRows {
  private SpoolRows() {}

  /// All that is kept from `offset` on, until about `most` bytes are together; whole segments only.
  static List<OutputRow> read(RunDirectory directory, long offset, long most) throws IOException {
    var rows = new ArrayList<OutputRow>();
    long bytes = 0;
    try (var reader = directory.openReader()) {
      for (var segment : reader.segments()) {
        if (segment.firstOffset() < offset) {
          continue;
        }
        if (bytes >= most) {
          break;
        }
        var row = new OutputRow(segment.firstOffset(), segment.bytes(), segment.frames());
        bytes += row.bytes().length;
        rows.add(row);
      }
    }
    return rows;
  }
}
