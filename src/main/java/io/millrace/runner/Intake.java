package io.millrace.runner;

import io.millrace.run.OutputCounts;
import io.millrace.run.Run;
import io.millrace.run.RunId;
import io.millrace.run.RunState;
import io.millrace.run.Submission;
import io.millrace.store.Accepted;
import io.millrace.store.Claimed;
import io.millrace.store.Idempotency;
import io.millrace.store.NewRun;
import io.millrace.store.NodeEpoch;
import io.millrace.store.RunStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Group commit of submissions: while one insert is under way, all that come meanwhile wait for the
/// next one.
///
/// There is no timer: alone, a submission goes at once; under load, batches grow by themselves. Ids
/// are given when a batch leaves, so runs become visible in the order of their ids.
///
/// Owned by [QueueVerticle]'s context.
final class Intake {
  private static final int BATCH_RUNS = 512;
  private static final long BATCH_BYTES = 16L << 20;

  private final RunStore store;
  private final NodeEpoch me;
  private final RunId.Generator ids;
  private final Turns turns;
  private final Slots slots;
  private final int maxQueued;
  private final Consumer<Batch> taken;
  private final Meters meters;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

  private boolean inFlight;

  Intake(
      RunStore store,
      NodeEpoch me,
      RunId.Generator ids,
      Turns turns,
      Slots slots,
      int maxQueued,
      Consumer<Batch> taken,
      Meters meters) {
    this.store = store;
    this.me = me;
    this.ids = ids;
    this.turns = turns;
    this.slots = slots;
    this.maxQueued = maxQueued;
    this.taken = taken;
    this.meters = meters;
  }

  /// What the store made of a submission, with the run where it became one.
  record Answer(Accepted accepted, Optional<Run> run) {}

  /// What came out of one group commit.
  ///
  /// @param claimed those that got a slot at once
  /// @param someWait whether others must wait for theirs
  /// @param someNotReady whether some of these wait for more than a slot: for their time or key
  record Batch(List<Claimed> claimed, boolean someWait, boolean someNotReady) {}

  private record Waiting(
      Submission submission, Optional<Idempotency> idempotency, Promise<Answer> answer) {

    long bytes() {
      return submission.script().map(String::length).orElse(0);
    }
  }

  Future<Answer> submit(Submission submission, Optional<Idempotency> idempotency) {
    Promise<Answer> answer = Promise.promise();
    waiting.add(new Waiting(submission, idempotency, answer));
    pump();
    return answer.future();
  }

  private void pump() {
    if (inFlight || waiting.isEmpty()) {
      return;
    }
    var batch = nextBatch();
    var rows = new ArrayList<NewRun>(batch.size());
    for (var one : batch) {
      rows.add(new NewRun(ids.next(), one.submission(), one.idempotency(), turns.next()));
    }
    int reserved = slots.reserve(batch.size());
    inFlight = true;
    long began = System.nanoTime();
    store
        .insert(rows, me, reserved, maxQueued)
        .onComplete(
            done -> {
              inFlight = false;
              if (done.succeeded()) {
                measure(done.result(), began);
                answer(batch, rows, done.result(), reserved);
              } else {
                slots.release(reserved);
                batch.forEach(one -> one.answer().fail(done.cause()));
              }
              pump();
            });
  }

  private void measure(List<Accepted> answers, long began) {
    long made = answers.stream().filter(Accepted.Inserted.class::isInstance).count();
    meters.committed((int) made, Meters.since(began));
  }

  private List<Waiting> nextBatch() {
    var batch = new ArrayList<Waiting>();
    long bytes = 0;
    while (!waiting.isEmpty() && batch.size() < BATCH_RUNS && bytes < BATCH_BYTES) {
      var one = waiting.remove();
      bytes += one.bytes();
      batch.add(one);
    }
    return batch;
  }

  private void answer(
      List<Waiting> batch, List<NewRun> rows, List<Accepted> answers, int reserved) {
    var claimed = new ArrayList<Claimed>();
    boolean someWait = false;
    boolean someNotReady = false;
    for (int i = 0; i < batch.size(); i++) {
      var run = run(rows.get(i), answers.get(i));
      if (run.isPresent()) {
        if (run.get().state() instanceof RunState.Running) {
          claimed.add(new Claimed(run.get(), 1, 0));
        } else {
          var submission = run.get().submission();
          someWait = true;
          someNotReady |= submission.runAt().isPresent() || submission.concurrencyKey().isPresent();
        }
      }
      batch.get(i).answer().complete(new Answer(answers.get(i), run));
    }
    slots.release(reserved - claimed.size());
    taken.accept(new Batch(claimed, someWait, someNotReady));
  }

  private Optional<Run> run(NewRun row, Accepted accepted) {
    if (!(accepted instanceof Accepted.Inserted inserted)) {
      return Optional.empty();
    }
    var submission = row.submission();
    var createdAt = row.id().createdAt();
    var state =
        inserted.claimed()
            ? new RunState.Running(Optional.empty(), Optional.empty())
            : new RunState.Queued(submission.runAt().orElse(createdAt));
    var node = inserted.claimed() ? Optional.of(me.node()) : Optional.<String>empty();
    return Optional.of(
        new Run(row.id(), submission.abridged(), state, node, 1, List.of(), OutputCounts.ZERO));
  }
}
