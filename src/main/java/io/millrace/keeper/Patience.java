package io.millrace.keeper;

import java.time.Duration;

/// How long a keeper is waited for.
///
/// Belongs to the one who waits. Times are those of [System#nanoTime].
final class Patience {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

  /// A JVM that lives gets ready even where it takes a minute (a slow or an overloaded machine).
  private static final Duration START_WITHIN = Duration.ofMinutes(5);

  private Duration atMost;
  private long sinceNanos;

  private Patience(Duration atMost, long sinceNanos) {
    this.atMost = atMost;
    this.sinceNanos = sinceNanos;
  }

  /// With a keeper that runs: it answers soon.
  static Patience withAnAnswer(long nowNanos) {
    return new Patience(ANSWER_WITHIN, nowNanos);
  }

  /// With a keeper that is being started, for as long as its process lives.
  static Patience withAStart(long nowNanos) {
    return new Patience(START_WITHIN, nowNanos);
  }

  /// The process has ended in favour of a keeper that runs, however long it took to notice that
  /// one: from now on it is the other's answer that is waited for. Only the first call counts.
  void hasEnded(long nowNanos) {
    if (atMost.equals(START_WITHIN)) {
      atMost = ANSWER_WITHIN;
      sinceNanos = nowNanos;
    }
  }

  boolean isOver(long nowNanos) {
    return nowNanos - sinceNanos > atMost.toNanos();
  }

  long seconds() {
    return atMost.toSeconds();
  }
}
