package io.millrace.journey;

import static org.awaitility.Awaitility.await;

import io.millrace.testing.MillraceProcess;
import io.millrace.testing.Viewer;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Watches a run to its end as a patient person does: whenever the connection breaks, it comes back
/// with the last `next`.
final class Watcher {
  private static final Duration COMES_BACK_WITHIN = Duration.ofMinutes(2);

  private final MillraceProcess service;
  private final String run;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CompletableFuture<byte[]> all = new CompletableFuture<>();
  private volatile int connections;

  private Watcher(MillraceProcess service, String run) {
    this.service = service;
    this.run = run;
  }

  static Watcher follow(MillraceProcess service, String run) {
    var watcher = new Watcher(service, run);
    Thread.ofVirtual().start(watcher::watch);
    return watcher;
  }

  private void watch() {
    try {
      long next = 0;
      while (!all.isDone()) {
        next = once(next);
      }
    } catch (RuntimeException | Error failure) {
      all.completeExceptionally(failure);
    }
  }

  /// One connection from beginning to end; answers where the next one goes on.
  private long once(long from) {
    var viewer =
        await()
            .atMost(COMES_BACK_WITHIN)
            .pollInterval(Duration.ofMillis(50))
            .ignoreExceptions()
            .until(() -> Viewer.open(service, run, from), Objects::nonNull);
    connections++;
    boolean ended = false;
    try (viewer) {
      viewer.awaitEnd();
      ended = true;
    } catch (AssertionError broken) {
      // Whatever was wrong, what comes together in the end tells.
    }
    synchronized (viewer) {
      bytes.writeBytes(viewer.bytes());
      if (ended) {
        all.complete(bytes.toByteArray());
      }
      return viewer.next();
    }
  }

  /// How many times it had to connect so far.
  int connections() {
    return connections;
  }

  /// All it saw, once the run has ended.
  byte[] bytes() {
    try {
      return all.get(COMES_BACK_WITHIN.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception failure) {
      throw new AssertionError("run " + run, failure);
    }
  }
}
