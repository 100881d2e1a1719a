package io.millrace.runner;

import io.millrace.run.RunId;
import io.millrace.store.OutputRow;
import io.millrace.store.OutputStore;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
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

  private final Vertx vertx;
  private final OutputStore outputs;

  /// How far each long run's head is stored; negative while rows are on their way. Changed by the
  /// run's own RunnerVerticle and by the answer to what it sent, never at the same time: the sign
  /// says whose turn it is.
  private final ConcurrentHashMap<RunId, Long> stored = new ConcurrentHashMap<>();

  HeadFlusher(Vertx vertx, OutputStore outputs) {
    this.vertx = vertx;
    this.outputs = outputs;
  }

  /// Looks whether enough has come together. Called on the run's worker context.
  void advanced(LiveRun run) {
    long from = stored.getOrDefault(run.id(), run.firstOffset());
    long head = run.firstOffset() + run.run().submission().limits().keptOutputBytes() / 4;
    long reached = Math.min(run.run().output().bytes(), head);
    if (from < 0 || from >= head || (reached - from < WORTH_IT_BYTES && reached < head)) {
      return;
    }
    try {
      var rows = SpoolRows.readHead(run, from, AT_ONCE_BYTES);
      if (!rows.isEmpty()) {
        send(run, rows);
      }
    } catch (IOException unreadable) {
      LOG.debug("run {}: its head is not stored yet: {}", run.id(), unreadable.toString());
    }
  }

  /// The run has ended.
  void forget(RunId run) {
    stored.remove(run);
  }

  private void send(LiveRun run, List<OutputRow> rows) {
    long next = rows.getLast().nextOffset();
    stored.put(run.id(), -1L);
    outputs
        .append(run.id(), rows)
        .onSuccess(
            done ->
                vertx
                    .executeBlocking(() -> drop(run, next), false)
                    .onComplete(dropped -> stored.replace(run.id(), next)))
        .onFailure(away -> stored.remove(run.id()));
  }

  private static boolean drop(LiveRun run, long upTo) throws IOException {
    try (var reader = run.directory().openReader(run.firstOffset())) {
      reader.dropHead(upTo);
      return true;
    }
  }
}
