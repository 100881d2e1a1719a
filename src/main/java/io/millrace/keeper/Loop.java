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
/// Everything but [#wakeUp] belongs to the thread that calls [#turn].
final class Loop {
  private static final int EVENTS = 256;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Epoll epoll;
  private final Map<Long, Watcher> watchers = new HashMap<>();
  private final PriorityQueue<Deadline> deadlines =
      new PriorityQueue<>(Comparator.comparingLong(deadline -> deadline.nanos - START));
  private long tokens;

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

  /// Something to be done later, unless it is cancelled before.
  static final class Deadline {
    private final long nanos;
    private final Runnable action;
    private boolean cancelled;

    private Deadline(long nanos, Runnable action) {
      this.nanos = nanos;
      this.action = action;
    }

    void cancel() {
      cancelled = true;
    }

    /// What is left of it; negative when it is due.
    Duration left() {
      return Duration.ofNanos(nanos - System.nanoTime());
    }
  }

  /// Watches a descriptor; the answer is the token that ends it.
  long watch(int fd, int events, Watcher watcher) throws SystemCallFailed {
    long token = tokens++;
    epoll.add(fd, events, token);
    watchers.put(token, watcher);
    return token;
  }

  void change(int fd, long token, int events) throws SystemCallFailed {
    epoll.modify(fd, events, token);
  }

  /// Must come before the descriptor is closed.
  void unwatch(int fd, long token) {
    if (watchers.remove(token) != null) {
      epoll.delete(fd);
    }
  }

  /// Does something after `delay`, by monotonic time.
  Deadline after(Duration delay, Runnable action) {
    var deadline = new Deadline(System.nanoTime() + delay.toNanos(), action);
    deadlines.add(deadline);
    return deadline;
  }

  /// Waits until something is ready or due, at most `atMost`, and deals with it.
  void turn(Duration atMost) throws SystemCallFailed {
    int ready = epoll.await(timeoutMillis(atMost));
    for (int i = 0; i < ready; i++) {
      int events = epoll.events(i);
      var watcher = watchers.get(epoll.token(i));
      if (watcher != null) {
        watcher.ready(events);
      }
    }
    fire();
  }

  /// Lets [#turn] return. Any thread.
  void wakeUp() {
    epoll.wakeUp();
  }

  private void fire() {
    long now = System.nanoTime();
    for (var next = deadlines.peek(); next != null; next = deadlines.peek()) {
      if (next.cancelled) {
        deadlines.remove();
      } else if (next.nanos - now <= 0) {
        deadlines.remove();
        next.action.run();
      } else {
        return;
      }
    }
  }

  private int timeoutMillis(Duration atMost) {
    long wait = atMost.toNanos();
    while (!deadlines.isEmpty() && deadlines.element().cancelled) {
      deadlines.remove();
    }
    if (!deadlines.isEmpty()) {
      wait = Math.min(wait, deadlines.element().nanos - System.nanoTime());
    }
    return (int) Math.clamp((wait + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI, 0, Integer.MAX_VALUE);
  }
}
