package io.millrace.app;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import sun.misc.Signal;

/// Hears the two signals that ask a service to stop, and tells them apart.
///
/// While it listens the JVM does not end by itself on them; a second signal asks for haste.
final class StopSignals {
  private final LinkedBlockingQueue<Kind> heard = new LinkedBlockingQueue<>();

  /// Who asked: a service manager or `kill` (SIGTERM), a person at the terminal (SIGINT), or a
  /// newer server of this node, to whom everything belongs now.
  enum Kind {
    TERMINATE,
    INTERRUPT,
    SUPERSEDED
  }

  static StopSignals listen() {
    var signals = new StopSignals();
    Signal.handle(new Signal("TERM"), signal -> signals.heard.add(Kind.TERMINATE));
    Signal.handle(new Signal("INT"), signal -> signals.heard.add(Kind.INTERRUPT));
    return signals;
  }

  /// Asks for the end from within.
  void superseded() {
    heard.add(Kind.SUPERSEDED);
  }

  /// Waits for the next one; whether it came. It stays to be taken by [#await()].
  boolean comesWithin(Duration atMost) throws InterruptedException {
    var kind = heard.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
    if (kind != null) {
      heard.add(kind);
    }
    return kind != null;
  }

  /// Blocks until the next one.
  Kind await() throws InterruptedException {
    return heard.take();
  }
}
