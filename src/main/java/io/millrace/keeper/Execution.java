package io.millrace.keeper;

import io.millrace.keeper.os.Ended;
import io.millrace.keeper.os.PidFd;
import io.millrace.keeper.os.ProcessTree;
import io.millrace.keeper.os.Signal;
import io.millrace.keeper.os.SystemCallFailed;
import io.millrace.run.Outcome;
import io.millrace.run.ProcessEnd;
import io.millrace.run.Terminal;
import io.millrace.run.Usage;
import io.millrace.spool.ExitRecord;
import io.millrace.spool.OutputWriter;
import io.millrace.spool.RunDirectory;
import io.millrace.spool.Stream;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One attempt while processes of it may be alive: pumps its output, fires its timeout and its
/// graces, and ends its whole tree.
///
/// It goes through three phases. RUNNING: the main process is alive. DRAINING: it has ended; what
/// its children still write is waited for, at most a second. CLEARING: whatever is left is stopped,
/// until nothing is. Belongs to the loop.
final class Execution implements Loop.Owner {
  private static final Duration DRAIN = Duration.ofSeconds(1);
  private static final Duration NEWS_PAUSE = Duration.ofMillis(10);
  private static final Duration FIRST_LOOK = Duration.ofMillis(1);
  private static final Duration LONGEST_LOOK = Duration.ofMillis(20);
  private static final Duration IN_THE_AIR = Duration.ofMillis(8);

  private final Command.Start order;
  private final RunDirectory directory;
  private final Host host;
  private final Listener listener;
  private final OutputWriter writer;
  private final Footprint footprint;

  private Phase phase = Phase.RUNNING;
  private @Nullable Birth birth;
  private @Nullable Ended ended;
  private Instant startedAt = Instant.EPOCH;
  private Optional<Outcome> stopOutcome = Optional.empty();
  private Optional<Instant> stopRequestedAt = Optional.empty();
  private Duration grace;
  private Duration lookPause = FIRST_LOOK;
  private Loop.@Nullable Deadline timeout;
  private Loop.@Nullable Deadline kill;
  private Loop.@Nullable Deadline drain;

  /// Pids that have had their SIGTERM. One that is forked while the others get theirs has it at the
  /// next look.
  private final Set<Integer> terminated = new HashSet<>();

  private boolean newsPlanned;
  private long lastNewsNanos;
  private boolean inTheAir = true;
  private boolean abandoned;
  private boolean told;

  private enum Phase {
    RUNNING,
    DRAINING,
    CLEARING,
    OVER
  }

  /// Hears what becomes of it.
  interface Listener {
    void tell(News news);

    /// It has shown life or its start was long enough ago: another one may start.
    void landed(Execution execution);

    /// Nothing of it is left, and it is written down.
    void over(Execution execution, ExitRecord record);
  }

  Execution(Command.Start order, RunDirectory directory, Host host, Listener listener) {
    this.order = order;
    this.directory = directory;
    this.host = host;
    this.listener = listener;
    this.grace = order.grace();
    this.footprint = new Footprint(host.processes());
    this.writer =
        directory.openWriter(order.firstOffset(), order.limits().keptOutputBytes(), host.memory());
  }

  AttemptName name() {
    return new AttemptName(order.run(), order.attempt());
  }

  /// Starts the main process; nothing is left of it when the answer is a reason why not.
  Optional<String> start() {
    var launched = Launch.of(order, directory, host, this);
    switch (launched) {
      case Launch.Failed(String reason) -> {
        return Optional.of(reason);
      }
      case Launch.Started(Birth born) -> {
        birth = born;
        host.mainPids().add(born.pid());
        try {
          begin(born);
        } catch (RuntimeException | Error mistake) {
          failed(mistake);
        }
      }
    }
    return Optional.empty();
  }

  private void begin(Birth born) {
    footprint.look(born);
    startedAt = host.clock().instant();
    try {
      born.watch(host, new Sink(), this::mainEnded, this);
    } catch (SystemCallFailed noRoom) {
      abandon(new Outcome.NotStarted("it could not be watched: " + noRoom.getMessage()));
      return;
    }
    if (order.timeout().isPositive()) {
      timeout = host.loop().after(order.timeout(), this::timedOut, this);
    }
    host.loop().after(IN_THE_AIR, this::land, this);
    listener.tell(new News.Started(order.run(), order.attempt(), startedAt, born.pid()));
  }

  /// The keeper made a mistake with it: nothing that is known of it can be relied on.
  @Override
  public void failed(Throwable mistake) {
    KeeperLog.error(name() + ": a mistake of the keeper's own; it is ended as lost", mistake);
    abandon(new Outcome.Lost("the keeper made a mistake with it: " + mistake));
  }

  /// Kills all of it, and tells this as its end.
  private void abandon(Outcome outcome) {
    if (abandoned || told) {
      return;
    }
    abandoned = true;
    phase = Phase.OVER;
    if (inTheAir) {
      inTheAir = false;
      listener.landed(this);
    }
    new Salvage(host, born(), ended != null, () -> abandoned(outcome)).begin();
  }

  private void abandoned(Outcome outcome) {
    try {
      writer.close();
      born().release(host);
    } catch (RuntimeException | Error further) {
      KeeperLog.error(name() + ": not all of it could be given back", further);
    }
    tellOver(record(outcome, Usage.NONE));
  }

  private void tellOver(ExitRecord record) {
    if (!told) {
      told = true;
      listener.over(this, record);
    }
  }

  boolean hasMark(long mark) {
    return born().mark().value() == mark;
  }

  /// What is known of it, for a server that comes back.
  void tellAgain() {
    if (phase != Phase.OVER) {
      listener.tell(new News.Started(order.run(), order.attempt(), startedAt, born().pid()));
      listener.tell(new News.Advanced(order.run(), order.attempt(), writer.counts()));
    }
  }

  /// Ends it on somebody's wish; false when its main process had ended before.
  boolean stop(String by, Duration wished) {
    boolean inTime = isMainAlive();
    if (inTime && stopOutcome.isEmpty()) {
      stopOutcome = Optional.of(new Outcome.Cancelled(by, Optional.empty()));
    }
    if (stopRequestedAt.isEmpty()) {
      stopRequestedAt = Optional.of(host.clock().instant());
    }
    shorten(wished);
    terminate();
    return inTime && stopOutcome.get() instanceof Outcome.Cancelled;
  }

  /// Kills it without ceremony, because the keeper itself has to end.
  void killNow(String by) {
    stop(by, Duration.ZERO);
  }

  Optional<InputRefusal> input(byte[] bytes, boolean eof) {
    if (phase != Phase.RUNNING) {
      return Optional.of(InputRefusal.NOT_RUNNING);
    }
    return born()
        .input()
        .map(pipe -> pipe.offer(bytes, eof))
        .orElse(Optional.of(InputRefusal.NO_STDIN));
  }

  void resize(Terminal size) {
    if (phase == Phase.RUNNING) {
      born().terminal().ifPresent(pty -> pty.resize(size.columns(), size.rows()));
    }
  }

  Sample sample() {
    var usage = footprint.now(born());
    return new Sample(
        host.clock().instant(),
        Duration.ofNanos(usage.cpuMicros() * 1000),
        usage.memoryBytes(),
        usage.processes(),
        writer.counts().bytes());
  }

  /// What has to be told when the server has its result and has removed its directory.
  OutputWriter writer() {
    return writer;
  }

  private final class Sink implements OutputPipe.Sink {
    @Override
    public void take(Stream stream, MemorySegment bytes) {
      writer.append(stream, bytes.asByteBuffer(), host.clock().millis());
      land();
      announce();
    }

    @Override
    public void ended() {
      if (phase == Phase.DRAINING) {
        drained();
      }
    }
  }

  /// Tells how far the output has come: at once when that was not told for a while, else a little
  /// later.
  private void announce() {
    if (newsPlanned) {
      return;
    }
    long sinceLast = System.nanoTime() - lastNewsNanos;
    if (lastNewsNanos == 0 || sinceLast >= NEWS_PAUSE.toNanos()) {
      advanced();
    } else {
      newsPlanned = true;
      host.loop().after(NEWS_PAUSE.minusNanos(sinceLast), this::advanced, this);
    }
  }

  private void advanced() {
    newsPlanned = false;
    lastNewsNanos = System.nanoTime();
    if (phase != Phase.OVER) {
      listener.tell(new News.Advanced(order.run(), order.attempt(), writer.counts()));
    }
  }

  private void land() {
    if (inTheAir) {
      inTheAir = false;
      listener.landed(this);
      footprint.look(born());
    }
  }

  private void timedOut() {
    if (isMainAlive() && stopOutcome.isEmpty()) {
      stopOutcome =
          Optional.of(new Outcome.TimedOut(order.timeout(), new ProcessEnd.Signalled(Signal.TERM)));
      terminate();
    }
  }

  private boolean isMainAlive() {
    return phase == Phase.RUNNING && PidFd.peek(born().pidfd()).isEmpty();
  }

  private void shorten(Duration wished) {
    if (wished.compareTo(grace) < 0) {
      grace = wished;
      if (kill != null && kill.left().compareTo(grace) > 0) {
        kill.cancel();
        kill = host.loop().after(grace, this::killAll, this);
      }
    }
  }

  /// Asks the whole tree to end, and sees to it that it does within the grace. Once.
  private void terminate() {
    if (kill == null && phase != Phase.OVER) {
      tree().terminate(terminated);
      kill = host.loop().after(grace, this::killAll, this);
    }
  }

  private void killAll() {
    if (phase != Phase.OVER) {
      tree().kill();
      kill = host.loop().after(LONGEST_LOOK, this::killAll, this);
    }
  }

  /// The main process is over, and reaped: whatever of the run is left are orphans.
  private void mainEnded() {
    if (phase != Phase.RUNNING) {
      return;
    }
    var end = PidFd.reap(born().pidfd());
    if (end.isEmpty()) {
      return;
    }
    ended = end.get();
    host.mainPids().remove(born().pid());
    phase = Phase.DRAINING;
    land();
    if (timeout != null) {
      timeout.cancel();
    }
    born().mainIsOver(host.loop());
    if (kill != null) {
      // Whoever is left has been asked to end as well, or is now.
      clear();
      return;
    }
    if (born().outputIsOpen()) {
      drain = host.loop().after(DRAIN, this::clear, this);
    }
    drained();
  }

  /// Goes on when nobody can write any more, or nobody is left who could.
  private void drained() {
    if (!born().outputIsOpen()) {
      clear();
    } else if (tree().leftBehind() == 0) {
      born().drainOutput();
      clear();
    }
  }

  private void clear() {
    if (phase == Phase.OVER) {
      return;
    }
    if (drain != null) {
      drain.cancel();
    }
    phase = Phase.CLEARING;
    look();
  }

  /// Ends when nothing is left; else stops what is left and looks again.
  private void look() {
    if (phase == Phase.OVER) {
      return;
    }
    if (tree().leftBehind() == 0) {
      end();
      return;
    }
    terminate();
    tree().terminate(terminated);
    host.loop().after(lookPause, this::look, this);
    lookPause = lookPause.multipliedBy(2);
    if (lookPause.compareTo(LONGEST_LOOK) > 0) {
      lookPause = LONGEST_LOOK;
    }
  }

  private void end() {
    phase = Phase.OVER;
    if (kill != null) {
      kill.cancel();
    }
    born().drainOutput();
    writer.close();
    var end = Objects.requireNonNull(ended);
    var outcome = Endings.outcome(end, stopOutcome, born().outOfMemory(order.limits()));
    var usage = footprint.total(born(), end);
    born().release(host);
    tellOver(record(outcome, usage));
  }

  private ExitRecord record(Outcome outcome, Usage usage) {
    return new ExitRecord(
        order.run(),
        order.attempt(),
        host.identity().bootId(),
        Optional.of(startedAt),
        host.clock().instant(),
        outcome,
        usage,
        writer.counts(),
        order.firstOffset(),
        stopRequestedAt);
  }

  private Birth born() {
    return Objects.requireNonNull(birth);
  }

  private ProcessTree tree() {
    return born().tree();
  }
}
