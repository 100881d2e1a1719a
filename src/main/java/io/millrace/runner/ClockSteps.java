package io.millrace.runner;

import java.time.Duration;
import java.time.InstantSource;

/// Notices that somebody has set the clock on the wall: it has moved by another amount than the
/// time that has passed.
///
/// One thread at a time.
final class ClockSteps {
  /// Less is what a daemon that keeps the clock right does, or a moment without a processor.
  private static final Duration LEAST = Duration.ofSeconds(1);

  private final InstantSource clock;
  private Duration ahead;

  ClockSteps(InstantSource clock) {
    this.clock = clock;
    this.ahead = ahead();
  }

  /// By how much it was set since the last look: negative is back, zero is not at all.
  Duration look() {
    var now = ahead();
    var step = now.minus(ahead);
    ahead = now;
    return step.abs().compareTo(LEAST) > 0 ? step : Duration.ZERO;
  }

  private Duration ahead() {
    return Duration.ofMillis(clock.millis()).minusNanos(System.nanoTime());
  }
}
