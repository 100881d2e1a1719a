package io.millrace.runner;

import io.millrace.run.RunId;
import io.millrace.store.Finished;
import io.millrace.store.NodeEpoch;
import io.millrace.store.OutputRow;
import io.millrace.store.OutputStore;
import io.millrace.store.RunStore;
import io.millrace.store.StoredIndex;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Writes ended attempts to the database, with the output that the spool holds of them.
///
/// Owned by [Finisher]'s context. Blocks while it reads the spool.
final class EndWriter {
  /// A batch has no more output than this, unless it is a single one.
  static final long MOST_BYTES = 8L << 20;

  private final RunStore runs;
  private final OutputStore outputs;
  private final NodeEpoch me;
  private final Meters meters;

  EndWriter(RunStore runs, OutputStore outputs, NodeEpoch me, Meters meters) {
    this.runs = runs;
    this.outputs = outputs;
    this.me = me;
    this.meters = meters;
  }

  /// How much output an attempt has to be written with it.
  static long outputBytes(Ending ending) {
    var counts = ending.output();
    return counts.bytes() - counts.truncatedBytes() - ending.live().firstOffset();
  }

  /// In one transaction, unless one of them alone is too large for that: then its output goes ahead
  /// of it in several.
  ///
  /// @return those that were still this server's to write
  Future<Set<RunId>> write(List<Ending> batch) {
    var first = batch.getFirst();
    return outputBytes(first) > MOST_BYTES
        ? writeAhead(first, first.live().firstOffset()).compose(done -> write(batch, false))
        : write(batch, true);
  }

  /// What is not ours any more is left at that: so says the answer to its end, too.
  private Future<Void> writeAhead(Ending ending, long from) {
    var rows = rows(ending, from, MOST_BYTES);
    return rows.isEmpty()
        ? Future.succeededFuture()
        : outputs
            .append(me, ending.live().id(), ending.live().attempt(), rows)
            .compose(
                ours ->
                    ours
                        ? writeAhead(ending, rows.getLast().nextOffset())
                        : Future.succeededFuture());
  }

  private Future<Set<RunId>> write(List<Ending> batch, boolean withOutput) {
    var lost = batch.stream().filter(Ending::isLost).map(ending -> ending.live().id()).toList();
    return lost.isEmpty()
        ? writeCounted(batch, withOutput)
        : outputs
            .index(lost)
            .compose(
                stored ->
                    writeCounted(
                        batch.stream().map(ending -> counted(ending, stored)).toList(),
                        withOutput));
  }

  /// Of a lost attempt nobody told what it wrote.
  private static Ending counted(Ending ending, Map<RunId, List<StoredIndex>> stored) {
    if (!ending.isLost()) {
      return ending;
    }
    try {
      var pieces = stored.getOrDefault(ending.live().id(), List.of());
      return ending.counted(Recount.of(ending.live(), pieces));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private Future<Set<RunId>> writeCounted(List<Ending> batch, boolean withOutput) {
    var rows = new ArrayList<Finished>(batch.size());
    for (var ending : batch) {
      var output =
          withOutput
              ? rows(ending, ending.live().firstOffset(), Long.MAX_VALUE)
              : List.<OutputRow>of();
      rows.add(finished(ending, output));
    }
    long began = System.nanoTime();
    return runs.finish(me, rows).onSuccess(ours -> meters.flushed(Meters.since(began)));
  }

  private static Finished finished(Ending ending, List<OutputRow> output) {
    return new Finished(
        ending.live().id(),
        ending.live().attempt(),
        ending.startedAt(),
        ending.finishedAt(),
        ending.outcome(),
        ending.usage(),
        ending.output(),
        ending.stopRequestedAt(),
        ending.retryAt(),
        ending.live().firstOffset(),
        output);
  }

  /// Rows for what the spool holds from `offset` on, up to about `most` bytes.
  private static List<OutputRow> rows(Ending ending, long offset, long most) {
    try {
      return SpoolRows.read(ending.live(), offset, most);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
