package io.millrace.store;

import io.millrace.run.RunId;
import io.vertx.core.Future;
import java.util.List;

/// The output of runs, in rows that are named by the offset of their first byte.
public final class OutputStore {

  public OutputStore(Database database) {}

  /// Stores rows ahead of the run's end; a row that is there already stays as it is.
  public Future<Void> append(RunId id, List<OutputRow> rows) {
    return soon();
  }

  /// What is stored at `offset`: at most `maxBytes` of it.
  public Future<StoredOutput> read(RunId id, long offset, int maxBytes) {
    return soon();
  }

  /// The last kept bytes, at most `maxBytes`, as far as they are one piece.
  public Future<StoredOutput> tail(RunId id, int maxBytes) {
    return soon();
  }

  private static <T> Future<T> soon() {
    return Future.failedFuture(new UnsupportedOperationException("not built yet"));
  }
}
