package io.millrace.keeper;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;

/// A clock that fails when it is asked the n-th time from now on: a mistake at any place that the
/// keeper looks at it.
final class TrickClock implements InstantSource {
  private final AtomicInteger countdown = new AtomicInteger();

  void failAtQuestion(int number) {
    countdown.set(number);
  }

  boolean hasFailed() {
    return countdown.get() <= 0;
  }

  @Override
  public Instant instant() {
    if (countdown.getAndDecrement() == 1) {
      throw new IllegalStateException("a mistake on purpose");
    }
    return Instant.now();
  }
}
