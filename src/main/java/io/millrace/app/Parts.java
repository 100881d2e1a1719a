package io.millrace.app;

import io.millrace.bus.Topics;
import io.millrace.http.EventLog;
import io.millrace.http.HttpSettings;
import io.millrace.http.HttpVerticle;
import io.millrace.http.SignIn;
import io.millrace.http.Tokens;
import io.millrace.http.Viewers;
import io.millrace.keeper.KeeperLauncher;
import io.millrace.runner.Room;
import io.millrace.runner.Runner;
import io.millrace.spool.SpoolRoots;
import io.millrace.store.Database;
import io.millrace.store.NodeEpoch;
import io.millrace.store.NodeStore;
import io.millrace.store.OutputStore;
import io.millrace.store.Partitions;
import io.millrace.store.RunStore;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// All parts of a running service, made in the order in which they need each other and stopped in
/// the other one.
final class Parts {
  private static final Duration START_WITHIN = Duration.ofMinutes(2);

  /// More than the keeper may take (see [KeeperLauncher]).
  private static final Duration RUNNER_WITHIN = Duration.ofMinutes(6);

  private static final Duration DETACH_WITHIN = Duration.ofSeconds(20);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(30);
  private static final int WORKERS = 12;

  /// Each byte of it is several times in memory while a request is worked on.
  private static final long LONG_TEXTS_BYTES = 24 << 20;

  private final Vertx vertx;
  private final Database database;
  private final Runner runner;
  private final int port;
  private final String doors;
  private final SignIn signIn;

  private Parts(
      Vertx vertx, Database database, Runner runner, int port, String doors, SignIn signIn) {
    this.vertx = vertx;
    this.database = database;
    this.runner = runner;
    this.port = port;
    this.doors = doors;
    this.signIn = signIn;
  }

  /// Blocks until the service takes work.
  static Parts start(
      Settings settings,
      DataDirectory directories,
      String node,
      FirstContact contact,
      Runnable superseded)
      throws Exception {
    var clock = InstantSource.system();
    var metrics = new Metrics();
    var vertx = vertx(metrics.machinery());
    await(Threads.makeAll(vertx, WORKERS));
    Topics.install(vertx);
    metrics.follow(vertx.eventBus());
    var database = Database.open(vertx, contact.database());
    var partitions = new Partitions(database);
    contact.await(() -> await(partitions.prepare(clock.instant())));
    var nodes = new NodeStore(database);
    var me = contact.await(() -> await(nodes.register(node)));
    var runner = runner(vertx, database, me, settings, directories, clock, metrics);
    await(runner.start(), RUNNER_WITHIN);
    await(
        vertx.deployVerticle(
            new Housekeeping(nodes, partitions, me, settings.keepDays(), clock, superseded)));
    var tokens = new Tokens(List.of(TokenFile.readOrMake(directories.data())));
    var signIn = new SignIn();
    var events = EventLog.follow(vertx, clock);
    var viewers = new Viewers();
    var room = new Room(LONG_TEXTS_BYTES);
    var facts = new Facts(vertx, directories, database, runner, viewers, metrics, clock);
    var doors = new CopyOnWriteArrayList<HttpVerticle>();
    var http = http(settings);
    Supplier<HttpVerticle> door =
        () -> {
          var made =
              new HttpVerticle(
                  http,
                  tokens,
                  signIn,
                  runner.runs(),
                  runner.output(),
                  events,
                  facts,
                  viewers,
                  room);
          doors.add(made);
          return made;
        };
    var instances =
        new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors());
    var deployment = await(vertx.deployVerticle(door, instances));
    return new Parts(vertx, database, runner, doors.getFirst().port(), deployment, signIn);
  }

  private static Vertx vertx(Machinery machinery) {
    return Vertx.builder()
        .with(
            new VertxOptions()
                .setPreferNativeTransport(true)
                .setWorkerPoolSize(WORKERS)
                .setMetricsOptions(machinery.options()))
        .withMetrics(machinery.vertx())
        .build();
  }

  private static Runner runner(
      Vertx vertx,
      Database database,
      NodeEpoch me,
      Settings settings,
      DataDirectory directories,
      InstantSource clock,
      Metrics metrics)
      throws IOException {
    var data = directories.data();
    var launcher = new KeeperLauncher(data, directories.run(), me.epoch(), OpenFiles.atStart());
    launcher.jar();
    return new Runner(
        vertx,
        new RunStore(database),
        new OutputStore(database),
        me,
        switch (settings.keeper()) {
          case START -> launcher::connect;
          case WAIT -> launcher::await;
        },
        clock,
        metrics,
        new Runner.Options(
            data,
            new SpoolRoots(directories.run(), DataDirectory.runs(data)),
            settings.maxRunning(),
            settings.maxQueued(),
            settings.runUser()));
  }

  /// A free port is asked for by a negative number: with 0 each instance would take another one.
  private static HttpSettings http(Settings settings) {
    int port = settings.port() == 0 ? -1 : settings.port();
    var usual = HttpSettings.at(settings.host(), port);
    return new HttpSettings(
        usual.host(),
        port,
        settings.publicUrl(),
        settings.maxTimeout(),
        usual.maxScriptBytes(),
        usual.requestTimeout(),
        usual.bodyTimeout(),
        usual.pingEvery(),
        usual.pongWithin());
  }

  int port() {
    return port;
  }

  /// A path that signs a browser in, once.
  String signInLink() {
    return signIn.newLink();
  }

  /// Blocks until everything is stopped.
  ///
  /// @param detach whether scripts go on; else they have `grace` before they are cancelled
  void stop(boolean detach, Duration grace) throws Exception {
    await(
        detach ? runner.detach(DETACH_WITHIN) : runner.drain(grace),
        grace.plus(DETACH_WITHIN).plus(Duration.ofMinutes(3)));
    close();
  }

  /// Stops at once, with all scripts: what becomes of them is not ours to say any more. Blocks.
  void abandon() throws Exception {
    await(runner.abandon(), CLOSE_WITHIN);
    close();
  }

  private void close() throws Exception {
    await(vertx.undeploy(doors), CLOSE_WITHIN);
    await(database.close(), CLOSE_WITHIN);
    await(vertx.close(), CLOSE_WITHIN);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return await(future, START_WITHIN);
  }

  private static <T> T await(Future<T> future, Duration atMost) throws Exception {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof Exception cause ? cause : failed;
    } catch (TimeoutException late) {
      throw new StartRefused("It took longer than " + atMost.toSeconds() + " s.", late);
    }
  }
}
