package io.millrace.runner;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/// Gives turns to those who come: the time, but each later than all before, whatever is done to the
/// clock.
///
/// Belongs to the context of [QueueVerticle].
final class Turns {
  private final InstantSource clock;
  private Instant last = Instant.EPOCH;

  Turns(InstantSource clock) {
    this.clock = clock;
  }

  /// In whole microseconds, as PostgreSQL keeps them.
  Instant next() {
    var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    last = now.isAfter(last) ? now : last.plus(1, ChronoUnit.MICROS);
    return last;
  }

  /// Whoever comes now comes behind `turn`.
  void goBehind(Instant turn) {
    if (turn.isAfter(last)) {
      last = turn;
    }
  }
}
