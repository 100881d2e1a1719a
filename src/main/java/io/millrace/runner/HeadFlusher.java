package io.millrace.runner;

import io.millrace.run.RunId;
import io.millrace.store.NodeEpoch;
import io.millrace.store.OutputRow;
import io.millrace.store.OutputStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings full head segments of long runs to PostgreSQL while they live, so that little is left to
/// do at their end.
///
/// Only the head: old segments of the tail may yet be dropped. A failure is no harm, the end brings
/// everything again.
final class HeadFlusher {
  private static final Logger LOG = LoggerFactory.getLogger(HeadFlusher.class);
  private static final long WORTH_IT_BYTES = 2L << 20;
  private static final long AT_ONCE_BYTES = 4L << 20;

  /// So many runs' rows are on their way at once, which all lie in memory. Who finds no room comes
  /// again with its next bytes.
  private static final int MOST_ON_THEIR_WAY = 3;

  private final Vertx vertx;
  private final OutputStore outputs;
  private final NodeEpoch me;
  private final Semaphore room = new Semaphore(MOST_ON_THEIR_WAY);

  /// After rows that took a time to store, this many such times belong to the script: one that
  /// writes as fast as it can shares the machine with us.
  private static final int REST = 4;

  /// How far each long run's head is stored. Changed by the run's own RunnerVerticle and by the
  /// answer to what it sent, never at the same time: `sent` says whose turn it is.
  private final ConcurrentHashMap<RunId, Progress> heads = new ConcurrentHashMap<>();

  /// @param next offset from which on nothing is stored
  /// @param sent whether rows from there are on their way
  /// @param restUntilNanos before which no more are sent
  private record Progress(long next, boolean sent, long restUntilNanos) {}

  HeadFlusher(Vertx vertx, OutputStore outputs, NodeEpoch me) {
    this.vertx = vertx;
    this.outputs = outputs;
    this.me = me;
  }

  /// Looks whether enough has come together. Called on the run's worker context.
  void advanced(LiveRun run) {
    long now = System.nanoTime();
    var progress =
        heads.computeIfAbsent(run.id(), id -> new Progress(run.firstOffset(), false, now));
    if (progress.sent() || now - progress.restUntilNanos() < 0) {
      return;
    }
    long from = progress.next();
    long head = run.firstOffset() + run.run().submission().limits().keptOutputBytes() / 4;
    long reached = Math.min(run.run().output().bytes(), head);
    if (from >= head || (reached - from < WORTH_IT_BYTES && reached < head)) {
      return;
    }
    if (room.tryAcquire()) {
      Future.succeededFuture().compose(here -> flush(run, from)).onComplete(done -> room.release());
    }
  }

  private Future<?> flush(LiveRun run, long from) {
    try {
      var rows = SpoolRows.readHead(run, from, AT_ONCE_BYTES);
      return rows.isEmpty() ? Future.succeededFuture() : send(run, from, rows);
    } catch (IOException unreadable) {
      LOG.debug("run {}: its head is not stored yet: {}", run.id(), unreadable.toString());
      return Future.failedFuture(unreadable);
    }
  }

  /// The run has ended.
  void forget(RunId run) {
    heads.remove(run);
  }

  private Future<?> send(LiveRun run, long from, List<OutputRow> rows) {
    long began = System.nanoTime();
    long next = rows.getLast().nextOffset();
    heads.put(run.id(), new Progress(from, true, began));
    return outputs
        .append(me, run.id(), run.attempt(), rows)
        .compose(
            ours ->
                ours
                    ? vertx.executeBlocking(() -> drop(run, next), false).otherwise(false)
                    : Future.succeededFuture(false))
        .onSuccess(dropped -> rest(run.id(), next, began))
        .onFailure(away -> rest(run.id(), from, began));
  }

  private void rest(RunId run, long next, long beganNanos) {
    long now = System.nanoTime();
    heads.replace(run, new Progress(next, false, now + REST * (now - beganNanos)));
  }

  private static boolean drop(LiveRun run, long upTo) throws IOException {
    try (var reader = run.directory().openReader(run.firstOffset())) {
      reader.dropHead(upTo);
      return true;
    }
  }
}
