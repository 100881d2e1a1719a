package io.millrace.runner;

import io.millrace.run.RunId;
import io.millrace.store.OutputStore;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings full head segments of long runs to PostgreSQL while they live, so that little is left to do at their end.
///
/// Only the head: the tail's old segments may yet be dropped. A failure is no harm, the end brings everything again.
final class HeadFlusher {
  private static final Logger LOG = LoggerFactory.getLogger(HeadFlusher.class);
  private static final long WORTH_IT_BYTES = 1L << 20;

  private final OutputStore outputs;

  /// Runs of which rows are on their way; a run is added and removed by its own RunnerVerticle and by the store's answer.
  private final Set<RunId> busy = ConcurrentHashMap.newKeySet();

  HeadFlusher(OutputStore outputs) {
    this.outputs = outputs;
  }

  /// Looks whether enough has come together. Called on the run's worker context.
  void advanced(LiveRun run) {
    long written = run.run().output().bytes() - run.firstOffset();
    if (written < WORTH_IT_BYTES || !busy.add(run.id())) {
      return;
    }
    try {
      flush(run);
    } catch (IOException unreadable) {
      busy.remove(run.id());
      LOG.debug("run {}: its head is not flushed yet: {}", run.id(), unreadable.toString());
    }
  }

  private void flush(LiveRun run) throws IOException {
    var rows = SpoolRows.readFullHead(run.directory(), run.run().submission().limits());
    if (rows.isEmpty()) {
      busy.remove(run.id());
      return;
    }
    var last = rows.getLast();
    outputs
        .append(run.id(), rows)
        .onComplete(
            done -> {
              if (done.succeeded()) {
                SpoolRows.dropHead(run.directory(), last.nextOffset());
              }
              busy.remove(run.id());
            });
  }
}
