package io.millrace.store;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;

/// Monthly partitions of the history, made ahead and dropped when they are old.
public final class Partitions {

  public Partitions(Database database) {}

  /// Makes those of this month and the next two; to be called at the start and daily.
  public Future<Void> prepare(Instant now) {
    return soon();
  }

  /// Drops months that ended more than `keepDays` ago and hold no live run; answers their names.
  public Future<List<String>> drop(Instant now, int keepDays) {
    return soon();
  }

  private static <T> Future<T> soon() {
    return Future.failedFuture(new UnsupportedOperationException("not built yet"));
  }
}
