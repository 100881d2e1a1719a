package io.millrace.runner;

import io.millrace.bus.Topics;
import io.millrace.run.Run;
import io.millrace.run.RunFilter;
import io.millrace.run.RunId;
import io.millrace.run.RunState;
import io.millrace.run.Stdin;
import io.millrace.run.Submission;
import io.millrace.run.Terminal;
import io.millrace.store.Accepted;
import io.millrace.store.Idempotency;
import io.millrace.store.Position;
import io.millrace.store.RunPage;
import io.millrace.store.RunStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// [RunService] on this node: joins what PostgreSQL knows with what is alive here.
///
/// Without state of its own; any thread may call it.
final class Runs implements RunService {
  private static final Duration TEXT_SEARCH = Duration.ofSeconds(5);
  private static final Duration QUEUE_FULL_RETRY = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final RunStore store;
  private final PlaceFinder places;
  private final LiveRuns live;
  private final QueueVerticle queue;
  private final HostChecks host;
  private final KeeperLink keeper;
  private final Canceller canceller;
  private final Replacement replacement;
  private final LiveText text;

  Runs(
      Vertx vertx,
      RunStore store,
      LiveRuns live,
      QueueVerticle queue,
      HostChecks host,
      KeeperLink keeper,
      Canceller canceller,
      LiveText text) {
    this.vertx = vertx;
    this.store = store;
    this.places = new PlaceFinder(vertx, store);
    this.live = live;
    this.queue = queue;
    this.host = host;
    this.keeper = keeper;
    this.canceller = canceller;
    this.replacement = new Replacement(vertx, canceller);
    this.text = text;
  }

  @Override
  public Future<SubmitAnswer> submit(Submission submission, Optional<Idempotency> idempotency) {
    return host.faults(HostNeeds.of(submission))
        .compose(
            faults ->
                faults.isEmpty()
                    ? queue.submit(submission, idempotency).compose(this::answer)
                    : Future.succeededFuture(new SubmitAnswer.Refused(faults)));
  }

  @Override
  public Future<List<Fault>> hostFaults(HostNeeds needs) {
    return host.faults(needs);
  }

  private Future<SubmitAnswer> answer(Intake.Answer answer) {
    return switch (answer.accepted()) {
      case Accepted.Inserted inserted ->
          Future.succeededFuture(accepted(inserted, answer.run().orElseThrow()));
      case Accepted.Same same ->
          find(same.first())
              .map(
                  run ->
                      run.<SubmitAnswer>map(SubmitAnswer.Existing::new)
                          .orElseGet(() -> new SubmitAnswer.IdempotencyConflict(same.first())));
      case Accepted.KeyTaken taken ->
          Future.succeededFuture(new SubmitAnswer.IdempotencyConflict(taken.first()));
      case Accepted.QueueFull full ->
          Future.succeededFuture(new SubmitAnswer.QueueFull(full.queued(), QUEUE_FULL_RETRY));
      case Accepted.KeyBusy busy -> Future.succeededFuture(new SubmitAnswer.KeyBusy(busy.holder()));
      case Accepted.Invalid invalid ->
          Future.succeededFuture(
              new SubmitAnswer.Refused(List.of(new Fault("submission", invalid.why()))));
    };
  }

  private SubmitAnswer accepted(Accepted.Inserted inserted, Run run) {
    Topics.tellChanged(vertx.eventBus(), run);
    inserted.cancelledQueued().forEach(this::tellAsStored);
    inserted.toReplace().ifPresent(holder -> replacement.stop(holder, run.id()));
    return new SubmitAnswer.Accepted(run);
  }

  private void tellAsStored(RunId id) {
    store
        .find(id)
        .onSuccess(run -> run.ifPresent(known -> Topics.tellChanged(vertx.eventBus(), known)));
  }

  @Override
  public Future<Optional<Run>> find(RunId run) {
    var here = live.find(run);
    return here.isPresent()
        ? Future.succeededFuture(here.map(LiveRun::run))
        : store.find(run).map(found -> found.map(this::overlaid));
  }

  @Override
  public Future<Run> whole(Run run) {
    return run.submission().isAbridged()
        ? store
            .findWhole(run.id())
            .map(found -> found.map(stored -> run.with(stored.submission())).orElse(run))
        : Future.succeededFuture(run);
  }

  @Override
  public Future<RunPage> list(RunFilter filter, Position position, int limit) {
    return store
        .list(filter, position, limit, TEXT_SEARCH, text)
        .map(page -> page.withItems(page.items().stream().map(this::overlaid).toList()));
  }

  /// What is alive here knows more than its row, unless the row already tells the end.
  private Run overlaid(Run stored) {
    return stored.state() instanceof RunState.Running
        ? live.find(stored.id())
            .filter(here -> here.attempt() == stored.attempt())
            .map(LiveRun::run)
            .orElse(stored)
        : stored;
  }

  @Override
  public Future<CancelAnswer> cancel(RunId run, String reason, Optional<Duration> grace) {
    return canceller.cancel(run, reason, grace);
  }

  @Override
  public Future<InputAnswer> input(RunId run, byte[] bytes, boolean eof) {
    var here = live.find(run);
    if (here.isEmpty()) {
      return store
          .find(run)
          .map(known -> known.isEmpty() ? InputAnswer.UNKNOWN : InputAnswer.NOT_RUNNING);
    }
    var submission = here.get().run().submission();
    if (!(submission.stdin() instanceof Stdin.Open) && submission.terminal().isEmpty()) {
      return Future.succeededFuture(InputAnswer.NO_STDIN);
    }
    return keeper.input(here.get(), bytes, eof);
  }

  @Override
  public Future<ResizeAnswer> resize(RunId run, Terminal size) {
    var here = live.find(run);
    if (here.isEmpty()) {
      return store
          .find(run)
          .map(known -> known.isEmpty() ? ResizeAnswer.UNKNOWN : ResizeAnswer.NOT_RUNNING);
    }
    if (here.get().run().submission().terminal().isEmpty()) {
      return Future.succeededFuture(ResizeAnswer.NO_TERMINAL);
    }
    keeper.resize(here.get(), size);
    return Future.succeededFuture(ResizeAnswer.RESIZED);
  }

  @Override
  public Future<SampleAnswer> sample(RunId run) {
    var here = live.find(run);
    if (here.isPresent()) {
      return keeper.sample(here.get());
    }
    return store
        .find(run)
        .map(known -> known.isEmpty() ? new SampleAnswer.Unknown() : new SampleAnswer.NotRunning());
  }

  @Override
  public Future<DeleteAnswer> delete(RunId run) {
    return store
        .delete(run)
        .map(
            deletion ->
                switch (deletion) {
                  case DELETED -> DeleteAnswer.DELETED;
                  case LIVE -> DeleteAnswer.LIVE;
                  case UNKNOWN -> DeleteAnswer.UNKNOWN;
                });
  }

  @Override
  public Future<Map<RunId, QueuePlace>> places(Collection<RunId> runs) {
    return places
        .find(runs)
        .compose(places -> queue.slots().map(slots -> QueueReasons.tell(places, slots)));
  }
}
