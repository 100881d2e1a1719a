package io.millrace.runner;

import io.millrace.run.RunId;
import io.millrace.store.Finished;
import io.millrace.store.NodeEpoch;
import io.millrace.store.OutputRow;
import io.millrace.store.OutputStore;
import io.millrace.store.RunStore;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// Writes ended attempts to the database, with the output that the spool holds of them.
///
/// Owned by [Finisher]'s context. Blocks while it reads the spool.
final class EndWriter {
  /// A batch has no more output than this, index included.
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

  /// What a batch became.
  ///
  /// @param endings those that were written, as they were: the first ones of the batch
  /// @param ours those that were still this server's to write
  record Written(List<Ending> endings, Set<RunId> ours) {}

  /// How much output an attempt has to be written with it.
  static long outputBytes(Ending ending) {
    var own = ending.live().own();
    return own.bytes() - own.truncatedBytes();
  }

  /// As many as fit, at least one, in one transaction. One that is too large for that by itself is
  /// alone, and its output goes ahead of it in several.
  Future<Written> write(List<Ending> batch) {
    var first = batch.getFirst();
    if (outputBytes(first) > MOST_BYTES) {
      return writeAlone(first);
    }
    var parts = new ArrayList<EndPart>();
    long size = 0;
    for (var ending : batch) {
      var rows = rows(ending, ending.live().firstOffset(), MOST_BYTES);
      size += rows.stream().mapToLong(OutputRow::size).sum();
      if (size > MOST_BYTES) {
        break;
      }
      parts.add(new EndPart(ending, rows));
    }
    return parts.isEmpty() ? writeAlone(first) : writeParts(parts);
  }

  private Future<Written> writeAlone(Ending ending) {
    return writeAhead(ending).compose(done -> writeParts(List.of(new EndPart(ending, List.of()))));
  }

  /// What is not ours any more is left at that: so says the answer to its end, too. A piece is let
  /// go of before the next is read, for the whole may be larger than memory.
  private Future<Void> writeAhead(Ending ending) {
    var next = new AtomicLong(ending.live().firstOffset());
    return AsyncLoop.whileTrue(() -> writePiece(ending, next));
  }

  private Future<Boolean> writePiece(Ending ending, AtomicLong next) {
    var rows = rows(ending, next.get(), MOST_BYTES);
    if (rows.isEmpty()) {
      return Future.succeededFuture(false);
    }
    next.set(rows.getLast().nextOffset());
    return outputs.append(me, ending.live().id(), ending.live().attempt(), rows);
  }

  private Future<Written> writeParts(List<EndPart> parts) {
    return measured(parts).compose(this::recounted).compose(this::finish);
  }

  private Future<List<EndPart>> measured(List<EndPart> parts) {
    var partial = parts.stream().filter(EndPart::isPartial).map(EndPart::run).toList();
    return partial.isEmpty()
        ? Future.succeededFuture(parts)
        : outputs
            .sizes(partial)
            .map(
                stored ->
                    each(
                        parts,
                        EndPart::isPartial,
                        part -> part.measured(stored.getOrDefault(part.run(), Map.of()))));
  }

  private Future<List<EndPart>> recounted(List<EndPart> parts) {
    var lost = parts.stream().filter(part -> part.ending().isLost()).map(EndPart::run).toList();
    return lost.isEmpty()
        ? Future.succeededFuture(parts)
        : outputs
            .index(lost)
            .map(
                stored ->
                    each(
                        parts,
                        part -> part.ending().isLost(),
                        part -> part.recounted(stored.getOrDefault(part.run(), List.of()))));
  }

  private static List<EndPart> each(
      List<EndPart> parts, Predicate<EndPart> which, UnaryOperator<EndPart> change) {
    return parts.stream().map(part -> which.test(part) ? change.apply(part) : part).toList();
  }

  private Future<Written> finish(List<EndPart> parts) {
    long began = System.nanoTime();
    return runs.finish(
            me, parts.stream().map(part -> finished(part.ending(), part.rows())).toList())
        .onSuccess(ours -> meters.flushed(Meters.since(began)))
        .map(ours -> new Written(parts.stream().map(EndPart::ending).toList(), ours));
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

  /// Rows for what the spool holds from `offset` on, until at least `most` bytes are together.
  private static List<OutputRow> rows(Ending ending, long offset, long most) {
    try {
      return SpoolRows.read(ending.live(), offset, most);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
