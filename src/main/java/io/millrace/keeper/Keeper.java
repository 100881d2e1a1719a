package io.millrace.keeper;

import io.millrace.run.Outcome;
import io.millrace.run.OutputCounts;
import io.millrace.run.Usage;
import io.millrace.spool.ExitRecord;
import io.millrace.spool.OutputWriter;
import io.millrace.spool.RunDirectory;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Owns the attempts of this node: starts each of them once, and tells the one server that counts
/// what becomes of them.
///
/// Belongs to the loop.
final class Keeper implements Execution.Listener, Loop.Owner {
  /// More spawns in the air only make each other slow.
  private static final int IN_THE_AIR_PER_CORE = 4;

  private static final String STOPPED = "the service has stopped";

  private static final Duration SWEEP = Duration.ofSeconds(2);

  private final Host host;
  private final Abilities abilities;
  private final int mostInTheAir = IN_THE_AIR_PER_CORE * Runtime.getRuntime().availableProcessors();

  private final Map<AttemptName, Execution> living = new HashMap<>();
  private final Map<AttemptName, Over> over = new HashMap<>();
  private final Forgotten forgotten = new Forgotten();
  private final Map<AttemptName, Command.Start> waiting = new HashMap<>();
  private final ArrayDeque<Command.Start> toStart = new ArrayDeque<>();
  private int inTheAir;
  private @Nullable ServerConnection server;
  private long epoch = Long.MIN_VALUE;
  private boolean ending;
  private long idleSinceNanos = System.nanoTime();

  /// @param writer whose memory is given back when it is forgotten; empty for one that never ran
  ///   here
  private record Over(ExitRecord record, Optional<OutputWriter> writer) {}

  /// @param lost what an earlier keeper left, see [Leftovers]
  Keeper(Host host, Abilities abilities, List<ExitRecord> lost) {
    this.host = host;
    this.abilities = abilities;
    for (var record : lost) {
      over.put(name(record), new Over(record, Optional.empty()));
    }
  }

  /// What a server says.
  void hear(ServerConnection from, Command command) {
    if (command instanceof Command.Hello hello) {
      greet(from, hello);
    } else if (from == server) {
      tryToObey(command);
    } else {
      from.close();
    }
  }

  void lost(ServerConnection connection) {
    if (connection == server) {
      server = null;
      KeeperLog.info("the server is gone; " + living.size() + " attempts go on");
      rest();
    }
  }

  /// Ends what belongs to no live run: a process that changed its own mark is nobody's once its
  /// parent has gone. Looks now and again by itself from the first call on.
  void sweep() {
    host.loop().after(SWEEP, this::sweep, this);
    var orphans = host.processes().orphans();
    orphans.refreshThoroughly();
    int strangers = orphans.killStrangers(this::isLive);
    if (strangers > 0) {
      KeeperLog.warn(strangers + " processes belonged to no live run: killed");
    }
  }

  @Override
  public void failed(Throwable mistake) {
    KeeperLog.error("a mistake of the keeper's own while it looked for strangers", mistake);
  }

  /// Starts what may start now, and sends what was told. To be called once a turn.
  void turn() {
    while (inTheAir < mostInTheAir && !toStart.isEmpty()) {
      var order = toStart.remove();
      if (waiting.remove(name(order)) != null) {
        tryToStart(order);
      }
    }
    var connection = server;
    if (connection != null) {
      try {
        connection.flush();
      } catch (RuntimeException | Error mistake) {
        connection.failed(mistake);
      }
    }
  }

  /// How long there has been nothing to do and nobody to tell; empty while there is.
  Optional<Duration> idle() {
    boolean busy = server != null || !living.isEmpty() || !waiting.isEmpty();
    return busy
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(System.nanoTime() - idleSinceNanos));
  }

  /// Whether it was told to end and nothing is alive any more.
  boolean mayEnd() {
    return ending && living.isEmpty();
  }

  private boolean isLive(long mark) {
    return living.values().stream().anyMatch(execution -> execution.hasMark(mark));
  }

  @Override
  public void tell(News news) {
    if (server != null) {
      server.tell(news);
    }
  }

  @Override
  public void landed(Execution execution) {
    inTheAir--;
  }

  @Override
  public void over(Execution execution, ExitRecord record) {
    living.remove(execution.name());
    end(record, Optional.of(execution.writer()));
    rest();
  }

  private void rest() {
    idleSinceNanos = System.nanoTime();
  }

  private void greet(ServerConnection from, Command.Hello hello) {
    if (hello.epoch() < epoch) {
      KeeperLog.warn("a server of an earlier life (epoch " + hello.epoch() + ") was turned away");
      from.close();
      return;
    }
    var superseded = server;
    epoch = hello.epoch();
    server = from;
    if (superseded != null && superseded != from) {
      superseded.close();
    }
    var me = host.identity();
    tell(
        new News.Welcome(
            Math.min(hello.version(), Wire.VERSION),
            me.bootId(),
            me.pid(),
            me.startTicks(),
            abilities));
    living.values().forEach(Execution::tellAgain);
    over.values().forEach(ended -> tell(new News.Exited(ended.record())));
  }

  /// A mistake with one attempt ends that one, and no connection: what a server says of it would be
  /// said again.
  private void tryToObey(Command command) {
    try {
      obey(command);
    } catch (RuntimeException | Error mistake) {
      var name = about(command);
      var execution = name.flatMap(known -> Optional.ofNullable(living.get(known)));
      if (execution.isEmpty()) {
        throw mistake;
      }
      execution.get().failed(mistake);
    }
  }

  private static Optional<AttemptName> about(Command command) {
    return switch (command) {
      case Command.Start order -> Optional.of(name(order));
      case Command.Stop stop -> Optional.of(new AttemptName(stop.run(), stop.attempt()));
      case Command.Input input -> Optional.of(new AttemptName(input.run(), input.attempt()));
      case Command.Resize resize -> Optional.of(new AttemptName(resize.run(), resize.attempt()));
      case Command.Sample sample -> Optional.of(new AttemptName(sample.run(), sample.attempt()));
      case Command.Forget forget -> Optional.of(new AttemptName(forget.run(), forget.attempt()));
      case Command.Survey survey -> Optional.empty();
      case Command.End end -> Optional.empty();
      case Command.Hello hello -> Optional.empty();
    };
  }

  private void obey(Command command) {
    switch (command) {
      case Command.Start order -> order(order);
      case Command.Stop stop -> stop(stop);
      case Command.Input input -> input(input);
      case Command.Resize resize ->
          execution(resize.run(), resize.attempt())
              .ifPresent(execution -> execution.resize(resize.size()));
      case Command.Sample sample ->
          tell(
              new News.Sampled(
                  sample.request(),
                  execution(sample.run(), sample.attempt()).map(Execution::sample)));
      case Command.Forget forget -> forget(new AttemptName(forget.run(), forget.attempt()));
      case Command.Survey survey -> tell(new News.Known(survey.request(), known()));
      case Command.End end -> endAll();
      case Command.Hello hello -> throw new IllegalStateException("greeted twice: " + hello);
    }
  }

  private void order(Command.Start order) {
    var name = name(order);
    var alive = living.get(name);
    var ended = over.get(name);
    if (alive != null) {
      alive.tellAgain();
    } else if (ended != null) {
      tell(new News.Exited(ended.record()));
    } else if (!waiting.containsKey(name) && !endedBefore(order)) {
      if (forgotten.has(name)) {
        refuseAgain(order);
      } else {
        waiting.put(name, order);
        toStart.add(order);
      }
    }
  }

  /// It has ended and its result is stored: this order was overtaken by that.
  private void refuseAgain(Command.Start order) {
    KeeperLog.warn(name(order) + ": ended and forgotten before, so it is not started again");
    tell(
        new News.Exited(
            neverRan(
                order,
                new Outcome.Lost("it had ended and was forgotten before it was ordered again"),
                Optional.empty())));
  }

  /// Whether an earlier keeper has written down how it ended; that is told then.
  private boolean endedBefore(Command.Start order) {
    try {
      var record = directory(order).readExit();
      record.ifPresent(
          found -> {
            over.put(name(order), new Over(found, Optional.empty()));
            tell(new News.Exited(found));
          });
      return record.isPresent();
    } catch (IOException unreadable) {
      KeeperLog.warn(name(order) + ": its directory cannot be read: " + unreadable);
      return false;
    }
  }

  private void tryToStart(Command.Start order) {
    try {
      start(order);
    } catch (RuntimeException | Error mistake) {
      KeeperLog.error(name(order) + ": a mistake of the keeper's own at its start", mistake);
      notStarted(order, "the keeper made a mistake at its start: " + mistake);
    }
  }

  private void start(Command.Start order) {
    var directory = directory(order);
    if (!directory.hasScript()) {
      tellUnwritten(order, "its run directory or the script in it is gone");
      return;
    }
    try {
      directory.writeStarted(
          new StartMark(host.identity(), host.clock().instant(), order.firstOffset()).encode());
    } catch (IOException full) {
      notStarted(order, "its run directory cannot be written: " + full.getMessage());
      return;
    }
    var execution = new Execution(order, directory, host, this);
    living.put(execution.name(), execution);
    inTheAir++;
    var failure = execution.start();
    if (failure.isPresent()) {
      living.remove(execution.name());
      inTheAir--;
      notStarted(order, failure.get());
    }
  }

  private void notStarted(Command.Start order, String reason) {
    end(neverRan(order, new Outcome.NotStarted(reason), Optional.empty()), Optional.empty());
    rest();
  }

  /// Without a word in its directory, which would be made anew by that and left behind.
  private void tellUnwritten(Command.Start order, String reason) {
    remember(neverRan(order, new Outcome.NotStarted(reason), Optional.empty()), Optional.empty());
    rest();
  }

  private void stop(Command.Stop stop) {
    var name = new AttemptName(stop.run(), stop.attempt());
    var order = waiting.get(name);
    if (order != null) {
      cancelUnstarted(order, stop.by());
    }
    var execution = Optional.ofNullable(living.get(name));
    boolean inTime =
        order != null || execution.map(alive -> alive.stop(stop.by(), stop.grace())).orElse(false);
    tell(new News.Stopping(stop.run(), stop.attempt(), inTime));
  }

  private void cancelUnstarted(Command.Start order, String by) {
    waiting.remove(name(order));
    end(
        neverRan(
            order,
            new Outcome.Cancelled(by, Optional.empty()),
            Optional.of(host.clock().instant())),
        Optional.empty());
    rest();
  }

  private void input(Command.Input input) {
    var refusal =
        execution(input.run(), input.attempt())
            .map(execution -> execution.input(input.bytes(), input.eof()))
            .orElse(Optional.of(InputRefusal.NOT_RUNNING));
    tell(
        refusal
            .<News>map(why -> new News.InputRefused(input.request(), why))
            .orElseGet(() -> new News.InputTaken(input.request())));
  }

  private void forget(AttemptName name) {
    var ended = over.remove(name);
    if (ended != null) {
      forgotten.add(name);
      ended.writer().ifPresent(OutputWriter::forget);
    }
  }

  private List<AttemptName> known() {
    var names = new ArrayList<>(living.keySet());
    names.addAll(waiting.keySet());
    names.addAll(over.keySet());
    return names;
  }

  private void endAll() {
    ending = true;
    List.copyOf(waiting.values()).forEach(order -> cancelUnstarted(order, STOPPED));
    List.copyOf(living.values()).forEach(execution -> execution.killNow(STOPPED));
  }

  private ExitRecord neverRan(
      Command.Start order, Outcome outcome, Optional<Instant> stopRequestedAt) {
    return new ExitRecord(
        order.run(),
        order.attempt(),
        host.identity().bootId(),
        Optional.empty(),
        host.clock().instant(),
        outcome,
        Usage.NONE,
        OutputCounts.ZERO,
        order.firstOffset(),
        stopRequestedAt);
  }

  /// Writes down how an attempt ended, then tells it.
  private void end(ExitRecord record, Optional<OutputWriter> writer) {
    try {
      RunDirectory.of(host.spool(), record.run(), record.attempt()).writeExit(record);
    } catch (IOException | RuntimeException full) {
      KeeperLog.warn(
          record.run()
              + ": its end cannot be written down ("
              + full.getMessage()
              + "); it is known as long as this keeper lives");
    }
    remember(record, writer);
  }

  private void remember(ExitRecord record, Optional<OutputWriter> writer) {
    over.put(name(record), new Over(record, writer));
    tell(new News.Exited(record));
  }

  private Optional<Execution> execution(io.millrace.run.RunId run, int attempt) {
    return Optional.ofNullable(living.get(new AttemptName(run, attempt)));
  }

  private RunDirectory directory(Command.Start order) {
    return RunDirectory.of(host.spool(), order.run(), order.attempt());
  }

  private static AttemptName name(ExitRecord record) {
    return new AttemptName(record.run(), record.attempt());
  }

  private static AttemptName name(Command.Start order) {
    return new AttemptName(order.run(), order.attempt());
  }
}
