package io.millrace.runner;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// Lets in as much at once as there is room for; the others wait, in the order in which they came.
///
/// For what is large in memory. Any thread may ask; the answer comes on the caller's context. The
/// counts guard themselves by its lock.
public final class Room {
  private final long all;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private long taken;

  private record Waiting(long size, Runnable letIn) {}

  public Room(long all) {
    this.all = all;
  }

  /// Waits for room for `size`, or for all of it if that is less. The answer is how to leave;
  /// leaving twice is nothing.
  public Future<Runnable> enter(Vertx vertx, long size) {
    long part = Math.min(size, all);
    var caller = vertx.getOrCreateContext();
    Promise<Runnable> entered = Promise.promise();
    synchronized (this) {
      if (waiting.isEmpty() && taken + part <= all) {
        taken += part;
        return Future.succeededFuture(exit(part));
      }
      waiting.add(
          new Waiting(part, () -> caller.runOnContext(here -> entered.complete(exit(part)))));
    }
    return entered.future();
  }

  private Runnable exit(long part) {
    var inside = new AtomicBoolean(true);
    return () -> {
      if (inside.getAndSet(false)) {
        leave(part).forEach(next -> next.letIn().run());
      }
    };
  }

  private synchronized List<Waiting> leave(long part) {
    taken -= part;
    var next = new ArrayList<Waiting>();
    while (!waiting.isEmpty() && taken + waiting.element().size() <= all) {
      taken += waiting.element().size();
      next.add(waiting.remove());
    }
    return next;
  }
}
