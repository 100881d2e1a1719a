package io.millrace.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.bus.Topics;
import io.millrace.keeper.KeeperClient;
import io.millrace.run.Outcome;
import io.millrace.run.Run;
import io.millrace.run.RunId;
import io.millrace.run.RunState;
import io.millrace.run.StopRequest;
import io.millrace.run.Submission;
import io.millrace.spool.SpoolRoots;
import io.millrace.store.Claimed;
import io.millrace.store.Database;
import io.millrace.store.NewRun;
import io.millrace.store.NodeEpoch;
import io.millrace.store.NodeStore;
import io.millrace.store.OutputStore;
import io.millrace.store.RunStore;
import io.millrace.testing.FaultyNetwork;
import io.millrace.testing.TestDatabase;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// A node of which no keeper is found, whose runs arrive when a test says so.
class CancellerTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  @TempDir private Path folder;

  /// How often the queue was asked to cancel something.
  private final AtomicInteger looks = new AtomicInteger();

  private final Vertx vertx = Vertx.vertx();
  private final InstantSource clock = InstantSource.system();
  private final RunId.Generator ids = new RunId.Generator(clock);
  private final LiveRuns live = new LiveRuns();
  private FaultyNetwork network;
  private Database database;
  private RunStore store;
  private NodeEpoch me;
  private Runners runners;
  private QueueVerticle queue;
  private Canceller canceller;

  @BeforeEach
  void start() throws IOException {
    Topics.install(vertx);
    var there = DATABASE.settings();
    network = new FaultyNetwork(there.host(), there.port());
    database = Database.open(vertx, network.leadingTo(there));
    store = new RunStore(database);
    me = new NodeStore(database).register("here").await();
    var verticles = new ArrayList<RunnerVerticle>();
    runners = new Runners(verticles);
    var keeper = new KeeperLink((listener, stopped) -> nobody(), runners, live);
    queue = new QueueVerticle(store, me, runners, ids, clock, 4, 100, Meters.NONE);
    var outputs = new OutputStore(database);
    var heads = new HeadFlusher(vertx, outputs, me);
    var finisher =
        new Finisher(new EndWriter(store, outputs, me, Meters.NONE), live, keeper, queue, heads);
    var spool =
        new SpoolRoots(
            Files.createDirectory(folder.resolve("memory")),
            Files.createDirectory(folder.resolve("disk")));
    verticles.add(
        new RunnerVerticle(
            spool,
            live,
            new Launches(Optional.empty()),
            new LongTexts(store),
            keeper,
            finisher,
            heads,
            store,
            me,
            clock,
            Meters.NONE));
    var worker = new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER);
    vertx.deployVerticle(finisher, worker).await();
    vertx.deployVerticle(verticles.getFirst(), worker).await();
    vertx.deployVerticle(queue).await();
    queue.begin().await();
    canceller = new Canceller(vertx, store, me, live, runners, this::look);
  }

  @AfterEach
  void stop() throws IOException {
    vertx.close().await();
    network.close();
  }

  @Test
  void each_of_two_cancels_of_a_run_that_is_about_to_arrive_is_answered_when_it_is_stopped() {
    var run = claimed();
    var first = canceller.cancel(run.run().id(), "first", Optional.empty());
    var second = canceller.cancel(run.run().id(), "second", Optional.empty());
    await().until(() -> looks.get() >= 12 || first.isComplete() || second.isComplete());
    runners.begin(run);
    for (var answer : List.of(first.await(), second.await())) {
      assertThat(stoppedBy(run(answer))).as(answer::toString).isPresent();
    }
  }

  @Test
  void a_run_that_is_to_be_replaced_is_stopped_even_if_the_database_was_away_at_first()
      throws IOException {
    var run = claimed();
    var successor = ids.next();
    network.goDown();
    new Replacement(vertx, canceller).stop(run.run().id(), successor);
    await().until(() -> looks.get() > 0 && !database.isAvailable());
    network.comeUp();
    await().until(() -> looks.get() > 1 && database.isAvailable());
    runners.begin(run);
    await().until(() -> stoppedBy(stored(run.run().id())).isPresent());
    assertThat(stoppedBy(stored(run.run().id()))).hasValue("replaced by run " + successor);
  }

  private Run stored(RunId run) {
    return store.find(run).await().orElseThrow();
  }

  /// A run of this node that has not arrived.
  private Claimed claimed() {
    var row = new NewRun(ids.next(), Submission.of("true"), Optional.empty());
    store.insert(List.of(row), me, 1, 100).await();
    queue.occupy(1).await();
    return new Claimed(store.find(row.id()).await().orElseThrow(), 1, 0);
  }

  private Instant look() {
    looks.incrementAndGet();
    return Instant.now();
  }

  private static Run run(CancelAnswer answer) {
    return switch (answer) {
      case CancelAnswer.Stopping(Run run) -> run;
      case CancelAnswer.AlreadyEnded(Run run) -> run;
      case CancelAnswer.Unknown unknown -> throw new AssertionError(unknown);
    };
  }

  private static Optional<String> stoppedBy(Run run) {
    return switch (run.state()) {
      case RunState.Queued queued -> Optional.empty();
      case RunState.Running running -> running.stop().map(StopRequest::by);
      case RunState.Ended ended ->
          ended.outcome() instanceof Outcome.Cancelled cancelled
              ? Optional.of(cancelled.by())
              : Optional.empty();
    };
  }

  private static KeeperClient nobody() throws IOException {
    throw new IOException("no keeper here");
  }
}
