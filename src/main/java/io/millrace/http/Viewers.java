package io.millrace.http;

import java.util.concurrent.atomic.AtomicInteger;

/// Counts who watches live, over all instances of the server. Safe for any thread.
public final class Viewers {
  private final AtomicInteger runs = new AtomicInteger();
  private final AtomicInteger events = new AtomicInteger();

  /// Those who follow one run: its stream, or its output as it comes.
  public int runs() {
    return runs.get();
  }

  /// Those who follow all changes.
  public int events() {
    return events.get();
  }

  /// Counts one in; run the answer when it goes, as often as you like.
  Runnable ofRun() {
    return in(runs);
  }

  /// Counts one in; run the answer when it goes, as often as you like.
  Runnable ofEvents() {
    return in(events);
  }

  private static Runnable in(AtomicInteger count) {
    count.incrementAndGet();
    var here = new AtomicInteger(1);
    return () -> count.addAndGet(-here.getAndSet(0));
  }
}
