package io.millrace.runner;

import io.millrace.bus.Topics;
import io.millrace.keeper.Command;
import io.millrace.run.RunId;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the ends of runs durable: all that ended meanwhile, one batch after the other.
///
/// A worker verticle: the [EndWriter] reads output from the spool. Every field belongs to its
/// context. What has ended stays in the spool until the database has it, however long that takes;
/// nobody hears of an end before.
final class Finisher extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(Finisher.class);
  private static final int BATCH_RUNS = 512;

  /// Where ends come one after the other, batches begin no sooner than this after each other, and
  /// share what a transaction costs: longer when many runs live, whose slots are not waited for.
  private static final int LEAST_PACE_MILLIS = 8;

  private static final int MOST_PACE_MILLIS = 40;
  private static final int LIVE_RUNS_PER_MILLI = 8;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final EndWriter writer;
  private final LiveRuns live;
  private final KeeperLink keeper;
  private final QueueVerticle queue;
  private final HeadFlusher heads;

  private final Mailbox<Ending> mailbox = new Mailbox<>(() -> context, this::take);
  private final ArrayDeque<Ending> waiting = new ArrayDeque<>();

  /// Attempts that wait or are being written, so that an end told twice is stored once.
  private final Set<RunId> known = new HashSet<>();

  /// Size of `known`, for everyone to read.
  private volatile int backlog;

  private final Shelter shelter = new Shelter();

  /// A batch is being written, or waited for.
  private boolean inFlight;

  private long begunNanos = System.nanoTime() - Duration.ofMillis(MOST_PACE_MILLIS).toNanos();
  private Duration pause = FIRST_PAUSE;

  /// How many go into a batch: fewer after each failure, until one that cannot be stored is alone,
  /// and more again after each success.
  private int batchRuns = BATCH_RUNS;

  Finisher(
      EndWriter writer, LiveRuns live, KeeperLink keeper, QueueVerticle queue, HeadFlusher heads) {
    this.writer = writer;
    this.live = live;
    this.keeper = keeper;
    this.queue = queue;
    this.heads = heads;
  }

  /// Takes an attempt that is over. From any thread.
  void end(Ending ending) {
    mailbox.put(ending);
  }

  /// How many ends are not durable yet. Any thread.
  int backlogNow() {
    return backlog;
  }

  private void take(Ending ending) {
    if (known.add(ending.live().id())) {
      backlog = known.size();
      waiting.add(ending);
      pump();
    }
  }

  private void pump() {
    if (inFlight || waiting.isEmpty()) {
      return;
    }
    inFlight = true;
    long early = pace().toNanos() - (System.nanoTime() - begunNanos);
    if (early > 0) {
      waitMillis(Duration.ofNanos(early).toMillis() + 1);
      return;
    }
    begunNanos = System.nanoTime();
    var batch = nextBatch();
    Future.succeededFuture()
        .compose(now -> writer.write(batch))
        .map(written -> settle(written, batch))
        .onComplete(done -> next(batch, done.cause()));
  }

  private Duration pace() {
    int millis = live.count() / LIVE_RUNS_PER_MILLI;
    return Duration.ofMillis(Math.clamp(millis, LEAST_PACE_MILLIS, MOST_PACE_MILLIS));
  }

  private void next(List<Ending> batch, @Nullable Throwable failure) {
    inFlight = false;
    if (failure == null) {
      pause = FIRST_PAUSE;
      batchRuns = Math.min(BATCH_RUNS, 2 * batchRuns);
      pump();
      return;
    }
    tryAgain(batch);
    shelter.take(waiting, pause);
    LOG.warn(
        "{} ended runs are not stored yet ({}). {} of them are safe on disk; next try in {} ms.",
        known.size(),
        failure.toString(),
        shelter.count(),
        pause.toMillis());
    inFlight = true;
    waitMillis(pause.toMillis());
    pause =
        pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
  }

  /// In smaller batches; one that failed alone comes behind the others, so that it holds up nobody.
  private void tryAgain(List<Ending> batch) {
    if (batch.size() == 1) {
      waiting.addLast(batch.getFirst());
    } else {
      batch.reversed().forEach(waiting::addFirst);
    }
    batchRuns = Math.max(1, batch.size() / 2);
  }

  private void waitMillis(long millis) {
    vertx.setTimer(
        millis,
        timer -> {
          inFlight = false;
          pump();
        });
  }

  private List<Ending> nextBatch() {
    var batch = new ArrayList<Ending>();
    long bytes = 0;
    while (!waiting.isEmpty() && batch.size() < batchRuns) {
      bytes += EndWriter.outputBytes(waiting.element());
      if (bytes > EndWriter.MOST_BYTES && !batch.isEmpty()) {
        break;
      }
      batch.add(waiting.remove());
    }
    return batch;
  }

  /// The transaction is committed: tells it, and lets go of what is not needed any more. What did
  /// not fit into it comes next.
  private @Nullable Void settle(EndWriter.Written written, List<Ending> tried) {
    var batch = written.endings();
    tried.subList(batch.size(), tried.size()).reversed().forEach(waiting::addFirst);
    boolean someQueuedAgain = false;
    for (var ending : batch) {
      var id = ending.live().id();
      known.remove(id);
      shelter.forget(ending);
      heads.forget(id);
      live.remove(id, ending.live().attempt());
      if (written.ours().contains(id)) {
        someQueuedAgain |= ending.retryAt().isPresent();
        tell(ending);
      } else {
        LOG.warn(
            "run {}: its end was not stored, because another server took it over. Nothing to do.",
            id);
      }
    }
    backlog = known.size();
    queue.freed(batch.size(), someQueuedAgain);
    for (var ending : batch) {
      clean(ending);
    }
    return null;
  }

  private void tell(Ending ending) {
    var after = ending.after();
    if (LOG.isInfoEnabled()) {
      LOG.info(
          "run {}: {} ({}){}",
          after.id(),
          ending.outcome().status().word(),
          ending.outcome().reason(),
          ending.retryAt().map(at -> ", tried again at " + at).orElse(""));
    }
    Topics.tellChanged(vertx.eventBus(), after);
  }

  private void clean(Ending ending) {
    try {
      ending.live().directory().delete();
    } catch (IOException left) {
      LOG.warn(
          "run {}: its directory could not be removed ({}). It goes at the next start.",
          ending.live().id(),
          left.toString());
    }
    keeper.send(new Command.Forget(ending.live().id(), ending.live().attempt()));
  }
}
