package io.millrace.keeper;

import io.millrace.keeper.os.Epoll;
import io.millrace.keeper.os.SystemCallFailed;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/// The keeper's one thread of work: waits for descriptors and deadlines, and calls who asked for
/// them.
///
/// A mistake in one of those calls is its [Owner]'s affair alone: all others go on.
///
/// Everything but [#wakeUp] belongs to the thread that calls [#turn].
final class Loop {
  private static final int EVENTS = 256;
  private static final int MANY = 64;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final Duration CENTURY = Duration.ofDays(36_500);

  private final Epoll epoll;
  private final Map<Long, Watch> watches = new HashMap<>();
  private final PriorityQueue<Deadline> deadlines =
      new PriorityQueue<>(Comparator.comparingLong(deadline -> deadline.nanos - START));
  private long tokens;

  /// How many of the deadlines are cancelled.
  private int cancelled;

  /// System.nanoTime may be near its overflow; differences to this never are.
  private static final long START = System.nanoTime();

  Loop() throws SystemCallFailed {
    epoll = new Epoll(EVENTS);
  }

  /// Called when a descriptor is ready.
  @FunctionalInterface
  interface Watcher {
    /// @param events as of epoll(7): [io.millrace.keeper.os.Fd#IN] and so on
    void ready(int events);
  }

  /// Whose a watcher or a deadline is: an attempt's, a connection's.
  @FunctionalInterface
  interface Owner {
    /// What was called for it failed in a way that nobody thought of. It has to end what it stands
    /// for, or to make sure that nobody waits for it in vain.
    void failed(Throwable mistake);
  }

  private record Watch(Watcher watcher, Owner owner) {}

  /// Something to be done later, unless it is cancelled before.
  final class Deadline {
    private final long nanos;
    private final Runnable action;
    private final Owner owner;
    private boolean isCancelled;
    private boolean isOver;

    private Deadline(long nanos, Runnable action, Owner owner) {
      this.nanos = nanos;
      this.action = action;
      this.owner = owner;
    }

    /// It is let go of soon, not only when it would have been due: it holds on to all of its
    /// attempt, and a timeout may be days away.
    void cancel() {
      if (!isCancelled && !isOver) {
        isCancelled = true;
        cancelled++;
        sweep();
      }
    }

    /// What is left of it; negative when it is due.
    Duration left() {
      return Duration.ofNanos(nanos - System.nanoTime());
    }
  }

  /// Watches a descriptor; the answer is the token that ends it.
  long watch(int fd, int events, Watcher watcher, Owner owner) throws SystemCallFailed {
    long token = tokens++;
    epoll.add(fd, events, token);
    watches.put(token, new Watch(watcher, owner));
    return token;
  }

  void change(int fd, long token, int events) throws SystemCallFailed {
    epoll.modify(fd, events, token);
  }

  /// Must come before the descriptor is closed.
  void unwatch(int fd, long token) {
    if (watches.remove(token) != null) {
      epoll.delete(fd);
    }
  }

  /// Does something after `delay`, by monotonic time; what is longer than a century is as good as
  /// never.
  Deadline after(Duration delay, Runnable action, Owner owner) {
    long nanos = (delay.compareTo(CENTURY) < 0 ? delay : CENTURY).toNanos();
    var deadline = new Deadline(System.nanoTime() + nanos, action, owner);
    deadlines.add(deadline);
    return deadline;
  }

  /// Waits until something is ready or due, at most `atMost`, and deals with it.
  void turn(Duration atMost) throws SystemCallFailed {
    int ready = epoll.await(timeoutMillis(atMost));
    for (int i = 0; i < ready; i++) {
      int events = epoll.events(i);
      var watch = watches.get(epoll.token(i));
      if (watch != null) {
        ready(watch, events);
      }
    }
    fire();
  }

  /// Lets [#turn] return. Any thread.
  void wakeUp() {
    epoll.wakeUp();
  }

  private static void ready(Watch watch, int events) {
    try {
      watch.watcher().ready(events);
    } catch (RuntimeException | Error mistake) {
      blame(watch.owner(), mistake);
    }
  }

  private static void run(Deadline deadline) {
    try {
      deadline.action.run();
    } catch (RuntimeException | Error mistake) {
      blame(deadline.owner, mistake);
    }
  }

  private static void blame(Owner owner, Throwable mistake) {
    try {
      owner.failed(mistake);
    } catch (RuntimeException | Error further) {
      mistake.addSuppressed(further);
      KeeperLog.error("a mistake could not be dealt with", mistake);
    }
  }

  private void fire() {
    long now = System.nanoTime();
    for (var next = deadlines.peek(); next != null; next = deadlines.peek()) {
      if (!next.isCancelled && next.nanos - now > 0) {
        return;
      }
      take();
      if (!next.isCancelled) {
        next.isOver = true;
        run(next);
      }
    }
  }

  private void take() {
    if (deadlines.remove().isCancelled) {
      cancelled--;
    }
  }

  /// Throws the cancelled ones away when they are more than the others, so that each costs little.
  private void sweep() {
    if (cancelled > MANY && cancelled > deadlines.size() / 2) {
      deadlines.removeIf(deadline -> deadline.isCancelled);
      cancelled = 0;
    }
  }

  private int timeoutMillis(Duration atMost) {
    long wait = atMost.toNanos();
    while (!deadlines.isEmpty() && deadlines.element().isCancelled) {
      take();
    }
    if (!deadlines.isEmpty()) {
      wait = Math.min(wait, deadlines.element().nanos - System.nanoTime());
    }
    return (int) Math.clamp((wait + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI, 0, Integer.MAX_VALUE);
  }
}
