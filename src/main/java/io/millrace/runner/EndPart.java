package io.millrace.runner;

import io.millrace.run.OutputCounts;
import io.millrace.run.RunId;
import io.millrace.store.OutputRow;
import io.millrace.store.StoredIndex;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// An attempt that is over, with what of its output is written with it.
record EndPart(Ending ending, List<OutputRow> rows) {

  RunId run() {
    return ending.live().id();
  }

  /// Whether not all of its output is here: some is stored already, or was taken away.
  boolean isPartial() {
    long here = rows.stream().mapToLong(row -> row.bytes().length).sum();
    return !ending.isLost() && here < EndWriter.outputBytes(ending);
  }

  /// With what is nowhere told as truncated.
  EndPart measured(Map<Long, Integer> stored) {
    var live = ending.live();
    var sizes = new HashMap<>(stored);
    rows.forEach(row -> sizes.put(row.firstOffset(), row.bytes().length));
    sizes.keySet().removeIf(offset -> offset < live.firstOffset());
    long kept = sizes.values().stream().mapToLong(Integer::longValue).sum();
    var own = live.own();
    long gone = Math.clamp(own.bytes() - kept, 0, own.bytes());
    return with(new OutputCounts(own.bytes(), own.stdoutBytes(), own.stderrBytes(), gone));
  }

  /// With what is known of a lost attempt's output.
  EndPart recounted(List<StoredIndex> stored) {
    return with(Recount.of(ending.live(), rows, stored));
  }

  private EndPart with(OutputCounts counts) {
    return new EndPart(ending.counted(counts), rows);
  }
}
