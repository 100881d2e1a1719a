package io.millrace.keeper.os;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Waits for many descriptors at once, epoll(7), level-triggered. Each has a token of the caller's
/// choice.
///
/// Belongs to the loop's thread; only [#wakeUp] may be called from others.
public final class Epoll implements AutoCloseable {
  /// The token of a call of [#wakeUp].
  public static final long WOKEN = -1;

  private static final int ADD = 1;
  private static final int DELETE = 2;
  private static final int MODIFY = 3;

  private static final MemorySegment CREATE = Libc.function("epoll_create1");
  private static final MemorySegment CONTROL = Libc.function("epoll_ctl");
  private static final MemorySegment WAIT = Libc.function("epoll_wait");
  private static final MemorySegment EVENT_FD = Libc.function("eventfd");
  private static final MemorySegment WRITE = Libc.function("eventfd_write");
  private static final MemorySegment READ = Libc.function("eventfd_read");

  private final Arena arena = Arena.ofAuto();
  private final MemorySegment ready;
  private final MemorySegment change = arena.allocate(Arch.CURRENT.epollEventBytes, 8);
  private final int most;
  private final int epoll;
  private final int alarm;

  /// At most `most` events come from one [#await].
  public Epoll(int most) throws SystemCallFailed {
    this.most = most;
    this.ready = arena.allocate((long) most * Arch.CURRENT.epollEventBytes, 8);
    this.epoll = SystemCallFailed.check("epoll", Libc.call(CREATE, Fd.O_CLOEXEC));
    this.alarm =
        SystemCallFailed.check("eventfd", Libc.call(EVENT_FD, 0, Fd.O_CLOEXEC | Fd.O_NONBLOCK));
    add(alarm, Fd.IN, WOKEN);
  }

  /// Watches `fd` for `events` (such as [Fd#IN]); errors and hang-ups are told in any case.
  public void add(int fd, int events, long token) throws SystemCallFailed {
    SystemCallFailed.check("epoll add of descriptor " + fd, control(ADD, fd, events, token));
  }

  public void modify(int fd, int events, long token) throws SystemCallFailed {
    SystemCallFailed.check("epoll modify of descriptor " + fd, control(MODIFY, fd, events, token));
  }

  /// Must come before the descriptor is closed: a child between vfork and exec may hold a copy, and
  /// its events would never end.
  public void delete(int fd) {
    control(DELETE, fd, 0, 0);
  }

  /// Waits until something is ready and says how many; 0 after the timeout or a signal. −1 waits
  /// for ever, 0 not at all.
  public int await(int timeoutMillis) throws SystemCallFailed {
    long count = Libc.call(WAIT, epoll, ready.address(), most, timeoutMillis);
    if (count == -Errno.EINTR) {
      return 0;
    }
    return SystemCallFailed.check("epoll wait", count);
  }

  /// The token of the `index`-th descriptor that is ready. For [#WOKEN] the wake-up is thereby
  /// taken note of.
  public long token(int index) {
    long token = ready.get(JAVA_LONG_UNALIGNED, at(index) + Arch.CURRENT.epollDataOffset);
    if (token == WOKEN) {
      Libc.call(READ, alarm, Libc.scratch().address());
    }
    return token;
  }

  public int events(int index) {
    return ready.get(JAVA_INT_UNALIGNED, at(index));
  }

  /// Lets [#await] return, now or the next time. Any thread.
  public void wakeUp() {
    Libc.call(WRITE, alarm, 1);
  }

  @Override
  public void close() {
    delete(alarm);
    Fd.close(alarm);
    Fd.close(epoll);
  }

  private static long at(int index) {
    return (long) index * Arch.CURRENT.epollEventBytes;
  }

  private long control(int operation, int fd, int events, long token) {
    change.set(JAVA_INT_UNALIGNED, 0, events);
    change.set(JAVA_LONG_UNALIGNED, Arch.CURRENT.epollDataOffset, token);
    return Libc.call(CONTROL, epoll, operation, fd, change.address());
  }
}
