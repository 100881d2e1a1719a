package io.millrace.spool;

import io.millrace.run.OutputCounts;
import java.io.IOException;
import java.util.List;

/// Counts what an attempt wrote from what is left of its index, when nobody counted to its end.
///
/// What is nowhere is missing, and counts as bytes of stdout. A byte that lies in two pieces counts
/// once: of a directory in which a script wrote, anything may be read.
public final class OutputTally {
  private final long firstOffset;
  private long end;
  private long stderr;
  private long missing;

  public OutputTally(long firstOffset) {
    this.firstOffset = firstOffset;
    this.end = firstOffset;
  }

  /// Of what the spool has; blocks.
  ///
  /// @param firstOffset where the attempt's output begins
  public static OutputCounts inSpool(RunDirectory directory, long firstOffset) throws IOException {
    var tally = new OutputTally(firstOffset);
    try (var reader = directory.openReader(firstOffset)) {
      for (long first : reader.offsets()) {
        tally.add(first, reader.segment(first).map(Segment::index).orElse(List.of()));
      }
    }
    return tally.counts();
  }

  /// Takes the next piece; they come in the order of their offsets.
  public void add(long first, List<Frame> frames) {
    missing += Math.max(0, first - end);
    end = Math.max(end, first);
    for (var frame : frames) {
      long more = Math.max(0, frame.end() - end);
      stderr += frame.stream() == Stream.STDERR ? more : 0;
      end += more;
    }
  }

  public OutputCounts counts() {
    long bytes = end - firstOffset;
    return new OutputCounts(bytes, bytes - stderr, stderr, missing);
  }
}
