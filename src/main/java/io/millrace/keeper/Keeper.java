package io.millrace.keeper;

import io.millrace.run.RunId;
import io.millrace.spool.ExitRecord;
import io.millrace.spool.RunDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Owns the attempts of this node: starts each of them once, and tells the one server that counts
/// what becomes of them.
///
/// An attempt waits in the [StartQueue], is living as an [Execution], and is over in the [Results].
/// Belongs to the loop.
final class Keeper implements ExecutionListener {
  private static final String STOPPED = "the service has stopped";

  private final Host host;
  private final Abilities abilities;
  private final CurrentServer server = new CurrentServer();
  private final StartQueue queue = new StartQueue();
  private final Map<AttemptName, Execution> living = new HashMap<>();
  private final Results results;
  private boolean ending;
  private long idleSinceNanos = System.nanoTime();

  /// @param lost what an earlier keeper left, see [Leftovers]
  Keeper(Host host, Abilities abilities, List<ExitRecord> lost) {
    this.host = host;
    this.abilities = abilities;
    this.results = new Results(host, server, lost);
  }

  /// What a server says.
  void hear(ServerConnection from, Command command) {
    if (command instanceof Command.Hello hello) {
      greet(from, hello);
    } else if (server.is(from)) {
      tryToObey(command);
    } else {
      from.close();
    }
  }

  void lost(ServerConnection connection) {
    if (server.is(connection)) {
      server.isGone();
      KeeperLog.info("the server is gone; " + living.size() + " attempts go on");
      rest();
    }
  }

  /// Looks now and again, from the first call on, for processes that belong to no live run.
  void sweep() {
    new Sweep(host, mark -> living.values().stream().anyMatch(each -> each.hasMark(mark))).look();
  }

  /// Starts what may start now, and sends what was told. To be called once a turn.
  void turn() {
    for (var next = queue.next(); next.isPresent(); next = queue.next()) {
      tryToStart(next.get());
    }
    server.flush();
  }

  /// How long there has been nothing to do and nobody to tell; empty while there is.
  Optional<Duration> idle() {
    boolean busy = server.isThere() || !living.isEmpty() || !queue.isEmpty();
    return busy
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(System.nanoTime() - idleSinceNanos));
  }

  /// Whether it was told to end and nothing is alive any more.
  boolean mayEnd() {
    return ending && living.isEmpty();
  }

  @Override
  public void tell(News news) {
    server.tell(news);
  }

  @Override
  public void landed(Execution execution) {
    queue.landed();
  }

  @Override
  public void over(Execution execution, ExitRecord record) {
    living.remove(execution.name());
    results.ended(record, execution.writer());
    rest();
  }

  private void rest() {
    idleSinceNanos = System.nanoTime();
  }

  private void greet(ServerConnection from, Command.Hello hello) {
    if (!server.becomes(from, hello)) {
      return;
    }
    var me = host.identity();
    int version = Math.min(hello.version(), Wire.VERSION);
    tell(new News.Welcome(version, me.bootId(), me.pid(), me.startTicks(), abilities));
    living.values().forEach(Execution::tellAgain);
    results.tellAll();
  }

  /// A mistake with one attempt ends that one, and no connection: what a server says of it would be
  /// said again.
  private void tryToObey(Command command) {
    try {
      obey(command);
    } catch (RuntimeException | Error mistake) {
      var execution = AttemptName.meantBy(command).flatMap(this::execution);
      if (execution.isEmpty()) {
        throw mistake;
      }
      execution.get().failed(mistake);
    }
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
      case Command.Forget forget -> results.forget(new AttemptName(forget.run(), forget.attempt()));
      case Command.Survey survey -> tell(new News.Known(survey.request(), known()));
      case Command.End end -> endAll();
      case Command.Hello hello -> throw new IllegalStateException("greeted twice: " + hello);
    }
  }

  private void order(Command.Start order) {
    var name = AttemptName.of(order);
    var alive = living.get(name);
    if (alive != null) {
      alive.tellAgain();
    } else if (!queue.has(name) && !results.tellIfOver(order)) {
      queue.add(order);
    }
  }

  private void tryToStart(Command.Start order) {
    try {
      start(order);
    } catch (RuntimeException | Error mistake) {
      KeeperLog.error(
          AttemptName.of(order) + ": a mistake of the keeper's own at its start", mistake);
      notStarted(order, "the keeper made a mistake at its start: " + mistake);
    }
  }

  private void start(Command.Start order) {
    var directory = RunDirectory.of(host.spool(), order.run(), order.attempt());
    if (!directory.hasScript()) {
      results.notStartedUnwritten(order, "its run directory or the script in it is gone");
      rest();
      return;
    }
    if (directory.hasStarted()) {
      results.startedBefore(order);
      rest();
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
    queue.tookOff();
    var failure = execution.start();
    if (failure.isPresent()) {
      living.remove(execution.name());
      queue.landed();
      notStarted(order, failure.get());
    }
  }

  private void notStarted(Command.Start order, String reason) {
    results.notStarted(order, reason);
    rest();
  }

  private void stop(Command.Stop stop) {
    var name = new AttemptName(stop.run(), stop.attempt());
    var waiting = queue.withdraw(name);
    waiting.ifPresent(order -> cancelUnstarted(order, stop.by()));
    boolean inTime =
        waiting.isPresent()
            || execution(name).map(alive -> alive.stop(stop.by(), stop.grace())).orElse(false);
    tell(new News.Stopping(stop.run(), stop.attempt(), inTime));
  }

  private void cancelUnstarted(Command.Start order, String by) {
    results.cancelledUnstarted(order, by);
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

  private List<AttemptName> known() {
    var names = new ArrayList<>(living.keySet());
    names.addAll(queue.names());
    names.addAll(results.names());
    return names;
  }

  private void endAll() {
    ending = true;
    queue.withdrawAll().forEach(order -> cancelUnstarted(order, STOPPED));
    List.copyOf(living.values()).forEach(execution -> execution.stop(STOPPED, Duration.ZERO));
  }

  private Optional<Execution> execution(RunId run, int attempt) {
    return execution(new AttemptName(run, attempt));
  }

  private Optional<Execution> execution(AttemptName name) {
    return Optional.ofNullable(living.get(name));
  }
}
