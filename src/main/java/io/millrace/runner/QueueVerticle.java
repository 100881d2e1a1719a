package io.millrace.runner;

import io.millrace.bus.Topics;
import io.millrace.run.RunId;
import io.millrace.run.Submission;
import io.millrace.store.Claimed;
import io.millrace.store.Idempotency;
import io.millrace.store.NodeEpoch;
import io.millrace.store.RunStore;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides what starts next on this node: owns its slots, takes submissions in and claims from the
/// queue.
///
/// One event-loop instance; every field belongs to its context. PostgreSQL is the truth about the
/// queue, so it looks there every second even when no news came.
final class QueueVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(QueueVerticle.class);
  private static final Duration LOOK = Duration.ofSeconds(1);

  /// What a clock that was ahead has left in the queue is looked for this often, besides when it is
  /// seen to be set back: an end may be stored long after it was written down.
  private static final Duration LOOK_AHEAD = Duration.ofSeconds(10);

  /// More are not claimed at once, so that a burst of ends starts new ones early.
  private static final int CLAIM_AT_MOST = 256;

  private final RunStore store;
  private final NodeEpoch me;
  private final Runners runners;
  private final InstantSource clock;
  private final ClockSteps steps;
  private final Turns turns;
  private final Slots slots;
  private final Intake intake;

  /// Whether runs may wait that could start; cleared when a claim found fewer than it asked for.
  private boolean mayWait = true;

  /// Whether the clock was set back, and what that has left in the queue is still to be found.
  private boolean setBack;

  private boolean claiming;

  /// Whether it is known what was claimed before this start: until then nothing is claimed.
  private boolean begun;

  private boolean stopped;
  private long nextPromotion = -1;

  QueueVerticle(
      RunStore store,
      NodeEpoch me,
      Runners runners,
      RunId.Generator ids,
      InstantSource clock,
      int maxRunning,
      int maxQueued,
      Meters meters) {
    this.store = store;
    this.me = me;
    this.runners = runners;
    this.clock = clock;
    this.steps = new ClockSteps(clock);
    this.turns = new Turns(clock);
    this.slots = new Slots(maxRunning);
    this.intake = new Intake(store, me, ids, turns, slots, maxQueued, this::taken, meters);
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    return Future.succeededFuture();
  }

  /// Takes a submission into the next group commit; from any context.
  Future<Intake.Answer> submit(Submission submission, Optional<Idempotency> idempotency) {
    return Hop.to(
        vertx,
        context,
        () ->
            stopped ? Future.failedFuture(new Stopping()) : intake.submit(submission, idempotency));
  }

  /// Counts runs that were found running at the start, and looks at who waits; from any context,
  /// before the first submission.
  Future<Void> occupy(int count) {
    return Hop.to(
        vertx,
        context,
        () -> {
          slots.occupy(count);
          return lookAhead().otherwiseEmpty();
        });
  }

  /// Begins to claim what waits, and never before what an earlier life had claimed is sorted out: a
  /// run claimed meanwhile would be taken for one of those, and its directory for one that was
  /// left. From any context.
  Future<Void> begin() {
    return Hop.to(
        vertx,
        context,
        () -> {
          begun = true;
          vertx.setPeriodic(LOOK.toMillis(), tick -> look());
          vertx.setPeriodic(LOOK_AHEAD.toMillis(), tick -> lookAhead());
          look();
          return Future.succeededFuture();
        });
  }

  /// Takes back the slots of runs whose end is durable, and gives them to those that wait; from any
  /// context.
  void freed(int count, boolean someQueuedAgain) {
    context.runOnContext(
        here -> {
          slots.release(count);
          mayWait |= someQueuedAgain;
          if (someQueuedAgain) {
            promote();
          }
          claim();
        });
  }

  /// Stops starting anything; from any context.
  void close() {
    context.runOnContext(here -> stopped = true);
  }

  /// Says how many slots there are and how many are taken; from any context.
  Future<SlotCounts> slots() {
    return Hop.to(
        vertx,
        context,
        () -> Future.succeededFuture(new SlotCounts(slots.total(), slots.taken(), stopped)));
  }

  /// @param taken of `total`
  /// @param stopping whether none will be taken any more
  record SlotCounts(int total, int taken, boolean stopping) {}

  /// The node is stopping: it takes nothing more.
  static final class Stopping extends RuntimeException {
    private static final long serialVersionUID = 1;

    Stopping() {
      super("This node is stopping and takes no more runs. Try again in a moment.");
    }
  }

  private void look() {
    mayWait = true;
    lookAtClock();
    promote();
    claim();
  }

  private void lookAtClock() {
    var step = steps.look();
    if (!step.isZero()) {
      LOG.warn(
          "queue: the clock was set {} by {}", step.isNegative() ? "back" : "forward", step.abs());
    }
    setBack |= step.isNegative();
    if (setBack) {
      setBack = false;
      lookAhead();
    }
  }

  /// Times in the queue that the clock has not reached: nobody who comes now is put before them,
  /// and no retry waits until the clock has caught up.
  private Future<Void> lookAhead() {
    return store
        .lastTurn()
        .onSuccess(turn -> turn.ifPresent(turns::goBehind))
        .compose(done -> store.hastenRetries(clock.instant()))
        .onSuccess(this::hastened)
        .onFailure(away -> setBack = true)
        .mapEmpty();
  }

  private void hastened(int retries) {
    if (retries > 0) {
      LOG.info("queue: {} retries would have waited until the clock has caught up", retries);
      promote();
    }
  }

  /// Called by the intake after each group commit.
  private void taken(Intake.Batch batch) {
    batch.claimed().forEach(runners::begin);
    mayWait |= batch.someWait();
    if (batch.someNotReady()) {
      promote();
    }
    claim();
  }

  private void claim() {
    if (!begun || claiming || stopped || !mayWait) {
      return;
    }
    int wanted = slots.reserve(CLAIM_AT_MOST);
    if (wanted == 0) {
      return;
    }
    claiming = true;
    mayWait = false;
    store.claim(me, wanted).onComplete(claimed -> claimed(wanted, claimed));
  }

  private void claimed(int wanted, AsyncResult<List<Claimed>> answer) {
    claiming = false;
    var got = answer.succeeded() ? answer.result() : List.<Claimed>of();
    slots.release(wanted - got.size());
    if (answer.failed()) {
      LOG.warn(
          "queue: nothing could be claimed: {}. It is tried again in a second.",
          answer.cause().toString());
      return;
    }
    got.forEach(this::begin);
    if (got.size() == wanted) {
      mayWait = true;
      claim();
    }
  }

  private void begin(Claimed claimed) {
    Topics.tellChanged(vertx.eventBus(), claimed.run());
    runners.begin(claimed);
  }

  /// Makes those ready whose time has come, and wakes up for the next one.
  private void promote() {
    if (stopped) {
      return;
    }
    store
        .promote(clock.instant())
        .onSuccess(
            promoted -> {
              if (promoted.count() > 0) {
                mayWait = true;
                claim();
              }
              promoted.next().ifPresent(this::wakeAt);
            })
        .onFailure(
            away -> LOG.debug("queue: runs for later could not be looked at: {}", away.toString()));
  }

  private void wakeAt(Instant next) {
    long millis = Duration.between(clock.instant(), next).toMillis();
    if (millis >= LOOK.toMillis()) {
      return;
    }
    if (nextPromotion >= 0) {
      vertx.cancelTimer(nextPromotion);
    }
    nextPromotion =
        vertx.setTimer(
            Math.max(1, millis),
            timer -> {
              nextPromotion = -1;
              promote();
            });
  }
}
