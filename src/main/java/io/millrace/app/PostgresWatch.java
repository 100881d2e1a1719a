package io.millrace.app;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks whether the embedded PostgreSQL still lives, and starts it again when it does not: nobody
/// else would, and runs wait for it.
final class PostgresWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresWatch.class);
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(30);

  private final EmbeddedPostgres postgres;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread =
      Thread.ofPlatform().daemon().name("postgres-watch").unstarted(this::watch);

  private PostgresWatch(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  static PostgresWatch over(EmbeddedPostgres postgres) {
    var watch = new PostgresWatch(postgres);
    watch.thread.start();
    return watch;
  }

  private void watch() {
    try {
      while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        if (postgres.hasGone()) {
          revive();
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void revive() {
    LOG.warn("postgres: pid {} has gone. It is started again.", postgres.pid());
    try {
      postgres.revive();
      LOG.info("postgres: runs again, pid {}", postgres.pid());
    } catch (IOException | StartRefused failure) {
      LOG.warn("postgres: could not be started again, next try soon: {}", failure.getMessage());
    }
  }

  /// After this it is left alone.
  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join(CLOSE_WITHIN);
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }
}
