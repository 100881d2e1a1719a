package io.millrace.keeper;

import java.time.Duration;

/// Tells how far an attempt's output has come: at once when that was not told for a while, else a
/// little later; the last word is never lost.
///
/// Belongs to the loop.
final class OutputNews {
  private static final Duration PAUSE = Duration.ofMillis(10);

  private final Loop loop;
  private final Loop.Owner owner;
  private final Runnable tell;
  private boolean planned;
  private boolean ceased;
  private long lastNanos;

  /// @param tell says how far it has come by then
  OutputNews(Loop loop, Loop.Owner owner, Runnable tell) {
    this.loop = loop;
    this.owner = owner;
    this.tell = tell;
  }

  /// There is more.
  void more() {
    if (planned) {
      return;
    }
    long sinceLast = System.nanoTime() - lastNanos;
    if (lastNanos == 0 || sinceLast >= PAUSE.toNanos()) {
      advanced();
    } else {
      planned = true;
      loop.after(PAUSE.minusNanos(sinceLast), this::advanced, owner);
    }
  }

  /// From here on something else tells it.
  void cease() {
    ceased = true;
  }

  private void advanced() {
    planned = false;
    lastNanos = System.nanoTime();
    if (!ceased) {
      tell.run();
    }
  }
}
