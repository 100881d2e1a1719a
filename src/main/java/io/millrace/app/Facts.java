package io.millrace.app;

import io.millrace.http.ServiceFacts;
import io.millrace.http.Viewers;
import io.millrace.runner.Fault;
import io.millrace.runner.Load;
import io.millrace.runner.Runner;
import io.millrace.store.Database;
import io.millrace.store.VitalSigns;
import io.millrace.store.Vitals;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// What the open pages and `/metrics` tell about this service.
///
/// Safe for any thread. Whoever asks gets an answer within seconds, also when what he asks about
/// does not answer.
final class Facts implements ServiceFacts {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /// With less, no script can be written down.
  private static final long LEAST_FREE_BYTES = 8L << 20;

  private final Vertx vertx;
  private final DataDirectory directories;
  private final Database database;
  private final VitalSigns signs;
  private final Runner runner;
  private final Viewers viewers;
  private final Metrics metrics;
  private final InstantSource clock;

  Facts(
      Vertx vertx,
      DataDirectory directories,
      Database database,
      Runner runner,
      Viewers viewers,
      Metrics metrics,
      InstantSource clock) {
    this.vertx = vertx;
    this.directories = directories;
    this.database = database;
    this.signs = new VitalSigns(database);
    this.runner = runner;
    this.viewers = viewers;
    this.metrics = metrics;
    this.clock = clock;
  }

  private record Room(long dataBytes, long runBytes) {}

  @Override
  public String version() {
    return Build.version();
  }

  @Override
  public List<String> capabilities() {
    return runner.keeper().map(keeper -> keeper.abilities().summary()).orElse(List.of());
  }

  @Override
  public Future<List<Fault>> stuck() {
    return load()
        .map(
            load ->
                load.isPresent()
                    ? List.of()
                    : List.of(
                        new Fault(
                            "queue", "it did not answer for " + PATIENCE.toSeconds() + " s")));
  }

  @Override
  public Future<List<Fault>> missing() {
    var load = load();
    var room = room();
    return Future.all(load, room).map(known -> missing(load.result(), room.result()));
  }

  private List<Fault> missing(Optional<Load> load, Room room) {
    var missing = new ArrayList<Fault>();
    if (load.map(Load::stopping).orElse(false)) {
      missing.add(new Fault("service", "it is stopping and takes no more runs"));
    }
    if (!database.isAvailable()) {
      missing.add(new Fault("database", "it does not answer; it is asked again all the time"));
    }
    if (runner.keeper().isEmpty()) {
      missing.add(new Fault("keeper", "there is none; one is being looked for or started"));
    }
    tellFull("data-dir", directories.data(), room.dataBytes(), missing);
    tellFull("run-dir", directories.run(), room.runBytes(), missing);
    return missing;
  }

  private static void tellFull(String field, Path path, long freeBytes, List<Fault> missing) {
    if (freeBytes < LEAST_FREE_BYTES) {
      missing.add(
          new Fault(field, "%s has only %d KiB of room left".formatted(path, freeBytes >> 10)));
    }
  }

  @Override
  public Future<String> metrics() {
    var load = load();
    var vitals = vitals();
    var room = room();
    return Future.all(load, vitals, room)
        .map(
            known ->
                metrics.text(
                    new Moment(
                        clock.instant(),
                        load.result(),
                        vitals.result(),
                        runner.keeper().isPresent(),
                        viewers.runs(),
                        viewers.events(),
                        room.result().dataBytes(),
                        room.result().runBytes())));
  }

  private Future<Optional<Load>> load() {
    return orNothing(runner.load());
  }

  private Future<Optional<Vitals>> vitals() {
    return orNothing(signs.read());
  }

  private Future<Room> room() {
    return vertx.executeBlocking(
        () ->
            new Room(
                directories.data().toFile().getUsableSpace(),
                directories.run().toFile().getUsableSpace()),
        false);
  }

  /// By a timer of ours: that of a future without a context wants a thread of its own, which there
  /// may be none for.
  private <T> Future<Optional<T>> orNothing(Future<T> answer) {
    var nothing =
        vertx.timer(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).map(late -> Optional.<T>empty());
    return Future.any(answer.map(Optional::of).otherwise(Optional.empty()), nothing)
        .map(either -> either.<Optional<T>>resultAt(either.succeeded(0) ? 0 : 1));
  }
}
