package io.millrace.runner;

import io.millrace.run.RunId;
import io.millrace.spool.Slice;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads a piece of a spool once for all who follow the same run: a hundred viewers ask for the
/// same pieces at nearly the same time.
///
/// What was written never changes, so a piece that was read is good for as long as it is kept. An
/// answer without bytes is not kept.
///
/// Any thread may ask; the answer comes on the caller's context. The map guards itself by its lock.
final class SharedReads {
  /// 16 MiB at most: nobody asks for more than 256 KiB at once.
  private static final int KEPT = 64;

  private final Vertx vertx;
  private final Map<Piece, CompletableFuture<Slice>> pieces = new Recent();

  /// What is asked for.
  record Piece(RunId run, int attempt, long offset, int maxBytes) {}

  private static final class Recent extends LinkedHashMap<Piece, CompletableFuture<Slice>> {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Piece, CompletableFuture<Slice>> eldest) {
      return size() > KEPT;
    }
  }

  SharedReads(Vertx vertx) {
    this.vertx = vertx;
  }

  /// @param reading called if nobody has asked for this piece lately
  Future<Slice> read(Piece piece, Supplier<Future<Slice>> reading) {
    var mine = new CompletableFuture<Slice>();
    @Nullable CompletableFuture<Slice> earlier = put(piece, mine);
    if (earlier == null) {
      begin(piece, mine, reading);
      return here(mine);
    }
    // It may have begun before what the caller has heard of was written; the next one did not.
    return here(earlier)
        .compose(
            slice ->
                slice instanceof Slice.Data
                    ? Future.succeededFuture(slice)
                    : readLater(piece, reading));
  }

  private Future<Slice> readLater(Piece piece, Supplier<Future<Slice>> reading) {
    var mine = new CompletableFuture<Slice>();
    @Nullable CompletableFuture<Slice> earlier = put(piece, mine);
    if (earlier == null) {
      begin(piece, mine, reading);
    }
    return here(earlier == null ? mine : earlier);
  }

  private @Nullable CompletableFuture<Slice> put(Piece piece, CompletableFuture<Slice> mine) {
    synchronized (pieces) {
      return pieces.putIfAbsent(piece, mine);
    }
  }

  private void begin(Piece piece, CompletableFuture<Slice> mine, Supplier<Future<Slice>> reading) {
    // Composed, so that a refusal to begin is an answer, too: the others wait for one.
    Future.succeededFuture()
        .compose(now -> reading.get())
        .onComplete(
            (slice, failure) -> {
              if (!(slice instanceof Slice.Data)) {
                forget(piece, mine);
              }
              if (failure == null) {
                mine.complete(slice);
              } else {
                mine.completeExceptionally(failure);
              }
            });
  }

  private void forget(Piece piece, CompletableFuture<Slice> mine) {
    synchronized (pieces) {
      pieces.remove(piece, mine);
    }
  }

  private Future<Slice> here(CompletableFuture<Slice> shared) {
    return Future.fromCompletionStage(shared, vertx.getOrCreateContext());
  }
}
