package io.millrace.keeper;

import io.millrace.keeper.os.Ended;
import io.millrace.keeper.os.PidFd;
import io.millrace.keeper.os.SystemCallFailed;
import io.millrace.run.Outcome;
import io.millrace.run.Terminal;
import io.millrace.run.Usage;
import io.millrace.spool.ExitRecord;
import io.millrace.spool.OutputWriter;
import io.millrace.spool.RunDirectory;
import io.millrace.spool.Stream;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One attempt while processes of it may be alive: pumps its output, fires its timeout, takes what
/// is said to it, and tells how it ended.
///
/// Its main process runs; when that has ended, the [Departure] follows; then it is over, and gone
/// from the keeper. Belongs to the loop.
final class Execution implements Loop.Owner {
  private static final Duration IN_THE_AIR = Duration.ofMillis(8);

  /// Looks at its memory are twice as far apart each time, at most this.
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(4);

  private final Command.Start order;
  private final Host host;
  private final ExecutionListener listener;
  private final RunDirectory directory;
  private final Account account;
  private final Footprint footprint;
  private final Stopper stopper;
  private final Endings endings = new Endings();

  private @Nullable Birth birth;
  private Loop.@Nullable Deadline timeout;
  private Loop.@Nullable Deadline nextLook;
  private boolean inTheAir = true;

  /// Of the main process; with it begins the departure.
  private @Nullable Ended ended;

  private @Nullable Departure departure;

  /// Whether anything is still to be expected of it; what is left to do then is to tell it.
  private boolean over;

  private boolean abandoned;
  private boolean told;

  Execution(Command.Start order, RunDirectory directory, Host host, ExecutionListener listener) {
    this.order = order;
    this.host = host;
    this.listener = listener;
    this.directory = directory;
    this.account = new Account(order, directory, host, this, listener::tell);
    this.footprint = new Footprint(host.processes());
    this.stopper = new Stopper(host.loop(), this, () -> born().tree(), order.grace());
  }

  AttemptName name() {
    return AttemptName.of(order);
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
    account.started();
    try {
      born.watch(host, new Sink(), this::mainEnded, this);
    } catch (SystemCallFailed noRoom) {
      abandon(new Outcome.NotStarted("it could not be watched: " + noRoom.getMessage()));
      return;
    }
    if (order.timeout().isPositive()) {
      timeout = host.loop().after(order.timeout(), this::timedOut, this);
    }
    nextLook = host.loop().after(IN_THE_AIR, () -> look(IN_THE_AIR), this);
    account.tellStarted(born.pid());
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
    cease();
    if (inTheAir) {
      inTheAir = false;
      listener.landed(this);
    }
    new Salvage(host, born(), account.writer(), ended != null, () -> tellLost(outcome)).begin();
  }

  private void tellLost(Outcome outcome) {
    tellOver(account.end(outcome, Usage.NONE));
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
    if (!over) {
      account.tellStarted(born().pid());
      account.tellOutput();
    }
  }

  /// Ends it on somebody's wish; false when its main process had ended before.
  boolean stop(String by, Duration wished) {
    boolean inTime = isMainAlive() && endings.cancel(by);
    account.stopRequested();
    stopper.shorten(wished);
    stopper.stop();
    return inTime;
  }

  Optional<InputRefusal> input(byte[] bytes, boolean eof) {
    return isRunning() ? born().offer(bytes, eof) : Optional.of(InputRefusal.NOT_RUNNING);
  }

  void resize(Terminal size) {
    if (isRunning()) {
      born().resize(size);
    }
  }

  Sample sample() {
    return footprint.sample(born(), host.clock().instant(), account.writer().counts().bytes());
  }

  /// What has to be told when the server has its result and has removed its directory.
  OutputWriter writer() {
    return account.writer();
  }

  private final class Sink implements OutputPipe.Sink {
    @Override
    public void take(Stream stream, MemorySegment bytes) {
      account.write(stream, bytes);
      land();
      account.grown();
    }

    @Override
    public void ended() {
      if (departure != null) {
        departure.outputEnded();
      }
    }
  }

  /// It has shown life, or was started long enough ago: a first look at its memory comes with that.
  private void land() {
    if (inTheAir) {
      inTheAir = false;
      listener.landed(this);
      footprint.look(born());
    }
  }

  /// @param soFar how long since the last look
  private void look(Duration soFar) {
    if (inTheAir) {
      land();
    } else {
      footprint.look(born());
    }
    if (isRunning()) {
      var pause = soFar.multipliedBy(2);
      var next = pause.compareTo(LONGEST_LOOK) < 0 ? pause : LONGEST_LOOK;
      nextLook = host.loop().after(next, () -> look(next), this);
    }
  }

  private void timedOut() {
    if (isMainAlive() && endings.timeIsUp(order.timeout())) {
      stopper.stop();
    }
  }

  private boolean isMainAlive() {
    return isRunning() && PidFd.peek(born().pidfd()).isEmpty();
  }

  /// As far as was told: the main process may have ended in this moment.
  private boolean isRunning() {
    return !over && ended == null;
  }

  private void mainEnded() {
    var end = isRunning() ? PidFd.reap(born().pidfd()) : Optional.<Ended>empty();
    if (end.isEmpty()) {
      return;
    }
    ended = end.get();
    cancelDeadlines();
    host.mainPids().remove(born().pid());
    land();
    born().mainIsOver(host.loop());
    departure = new Departure(host.loop(), this, born(), stopper, () -> end(end.get()));
    departure.begin();
  }

  private void end(Ended main) {
    cease();
    born().drainOutput();
    account.writer().close();
    var outcome = endings.outcome(main, born().outOfMemory(order.limits()));
    var usage = footprint.total(born(), main);
    born().release(host);
    tellOver(account.end(outcome, usage));
  }

  /// Nothing more is to come of it.
  private void cease() {
    over = true;
    cancelDeadlines();
    account.cease();
    stopper.cease();
    if (departure != null) {
      departure.cease();
    }
  }

  /// They hold on to all of it, and a timeout may be days away.
  private void cancelDeadlines() {
    if (timeout != null) {
      timeout.cancel();
    }
    if (nextLook != null) {
      nextLook.cancel();
    }
  }

  private Birth born() {
    return Objects.requireNonNull(birth);
  }
}
