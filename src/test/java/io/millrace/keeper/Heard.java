package io.millrace.keeper;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/// Keeps all that a client is told, and lets a test wait for what it wants to hear.
final class Heard implements KeeperClient.Listener {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final List<News> news = new ArrayList<>();
  private final CompletableFuture<Optional<Throwable>> closed = new CompletableFuture<>();
  private final AtomicInteger timesClosed = new AtomicInteger();
  private Runnable atNext = () -> {};
  private int taken;

  @Override
  public void onNews(News piece) {
    Runnable first;
    synchronized (this) {
      news.add(piece);
      notifyAll();
      first = atNext;
      atNext = () -> {};
    }
    first.run();
  }

  @Override
  public void onClosed(Optional<Throwable> cause) {
    timesClosed.incrementAndGet();
    closed.complete(cause);
    synchronized (this) {
      notifyAll();
    }
  }

  /// Does this, once, on the client's thread, when something is told.
  synchronized void atNext(Runnable action) {
    atNext = action;
  }

  void failAtNext(RuntimeException failure) {
    atNext(
        () -> {
          throw failure;
        });
  }

  /// The next that was not taken.
  synchronized News take() throws InterruptedException {
    awaitMore(taken + 1);
    return news.get(taken++);
  }

  /// The first of this kind that fits, whenever it came.
  <T extends News> T await(Class<T> kind, Predicate<T> fits) throws InterruptedException {
    return await(0, kind, fits);
  }

  /// The first that fits of those that came when so many had come.
  synchronized <T extends News> T await(int after, Class<T> kind, Predicate<T> fits)
      throws InterruptedException {
    for (int at = after; true; at++) {
      awaitMore(at + 1);
      if (kind.isInstance(news.get(at)) && fits.test(kind.cast(news.get(at)))) {
        return kind.cast(news.get(at));
      }
    }
  }

  synchronized int count() {
    return news.size();
  }

  synchronized <T extends News> List<T> all(Class<T> kind) {
    return news.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  boolean isClosed() {
    return closed.isDone();
  }

  int timesClosed() {
    return timesClosed.get();
  }

  Optional<Throwable> whyClosed()
      throws InterruptedException, ExecutionException, TimeoutException {
    return closed.get(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
  }

  private void awaitMore(int size) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (news.size() < size) {
      if (closed.isDone() || System.nanoTime() - end > 0) {
        throw new AssertionError("heard only " + news + ", and the connection: " + closed);
      }
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, end - System.nanoTime()));
    }
  }
}
