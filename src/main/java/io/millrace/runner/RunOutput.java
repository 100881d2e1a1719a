package io.millrace.runner;

import io.millrace.run.RunId;
import io.millrace.spool.Frame;
import io.millrace.spool.Slice;
import io.millrace.store.OutputStore;
import io.millrace.store.StoredOutput;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Reads a live run's output from its spool and everything else from PostgreSQL.
///
/// Any thread may ask. A spool whose end became durable while it was read is simply read on in
/// PostgreSQL: directories go only after the commit. What a reader sees of one that is just being
/// removed, a piece missing or all of it, is not believed.
final class RunOutput implements OutputSource {
  private static final int READERS = 4;

  private final LiveRuns live;
  private final OutputStore store;
  private final WorkerExecutor readers;
  private final SharedReads shared;

  RunOutput(Vertx vertx, LiveRuns live, OutputStore store) {
    this.live = live;
    this.store = store;
    this.shared = new SharedReads(vertx);
    this.readers = readers(vertx);
  }

  /// With all its threads: none can be made any more when scripts have taken the last process that
  /// the service's user may have.
  private static WorkerExecutor readers(Vertx vertx) {
    var readers = vertx.createSharedWorkerExecutor("spool-readers", READERS);
    IntStream.range(0, READERS).forEach(each -> readers.executeBlocking(() -> each, false));
    return readers;
  }

  @Override
  public Future<Slice> read(RunId run, long offset, int maxBytes) {
    return read(run, offset, maxBytes, shared::read);
  }

  /// The same for one who goes through much that nobody else asks for: what viewers share is kept
  /// for them.
  OutputSource unshared() {
    return (run, offset, maxBytes) ->
        read(run, offset, maxBytes, (piece, reading) -> reading.get());
  }

  private Future<Slice> read(
      RunId run,
      long offset,
      int maxBytes,
      BiFunction<SharedReads.Piece, Supplier<Future<Slice>>, Future<Slice>> spool) {
    var here = live.find(run).filter(attempt -> offset >= attempt.firstOffset());
    if (here.isEmpty()) {
      return stored(run, offset, maxBytes);
    }
    return spool
        .apply(
            new SharedReads.Piece(run, here.get().attempt(), offset, maxBytes),
            () -> readers.executeBlocking(() -> fromSpool(here.get(), offset, maxBytes), false))
        .transform(
            (slice, failure) ->
                slice instanceof Slice.Data || isLive(here.get())
                    ? inSpool(run, offset, maxBytes, slice, failure)
                    : stored(run, offset, maxBytes));
  }

  /// Its directory is removed only when it is live no more.
  private boolean isLive(LiveRun attempt) {
    return live.find(attempt.id()).filter(now -> now.attempt() == attempt.attempt()).isPresent();
  }

  private Future<Slice> inSpool(
      RunId run, long offset, int maxBytes, @Nullable Slice slice, @Nullable Throwable failure) {
    if (slice == null) {
      return Future.failedFuture(failure);
    }
    return slice instanceof Slice.NotHere(OptionalLong firstHere)
        ? stored(run, offset, maxBytes).map(old -> joined(old, offset, firstHere))
        : Future.succeededFuture(slice);
  }

  private static Slice fromSpool(LiveRun run, long offset, int maxBytes) throws IOException {
    try (var reader = run.openReader()) {
      return reader.read(offset, maxBytes);
    }
  }

  /// What neither the database nor the spool has, but the spool goes on behind, is a gap.
  private static Slice joined(Slice stored, long offset, OptionalLong firstHere) {
    return stored instanceof Slice.AtEnd && firstHere.isPresent() && firstHere.getAsLong() > offset
        ? new Slice.Gap(offset, firstHere.getAsLong())
        : stored;
  }

  private Future<Slice> stored(RunId run, long offset, int maxBytes) {
    return store.read(run, offset, maxBytes).map(RunOutput::slice);
  }

  private static Slice slice(StoredOutput stored) {
    return switch (stored) {
      case StoredOutput.Data(long offset, byte[] bytes, byte[] frames) ->
          new Slice.Data(offset, bytes, frames(offset, bytes, frames));
      case StoredOutput.Gap(long offset, long next) -> new Slice.Gap(offset, next);
      case StoredOutput.AtEnd(long total) -> new Slice.AtEnd(total);
    };
  }

  /// Frames that cover exactly `bytes`: stored ones may begin before and end behind them.
  private static List<Frame> frames(long offset, byte[] bytes, byte[] encoded) {
    long end = offset + bytes.length;
    var within = new ArrayList<Frame>();
    for (var frame : Frame.decode(encoded, 0)) {
      if (frame.end() > offset) {
        within.add(new Frame(frame.stream(), frame.epochMillis(), Math.min(frame.end(), end)));
      }
      if (frame.end() >= end) {
        break;
      }
    }
    return within;
  }
}
