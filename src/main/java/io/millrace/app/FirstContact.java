package io.millrace.app;

import io.millrace.store.DatabaseAway;
import io.millrace.store.DatabaseSettings;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The start's patience with the database: a service that starts before its PostgreSQL, or in the
/// middle of an outage, begins late instead of failing. What waiting cannot mend (a wrong password,
/// no such database) fails at once.
///
/// @param signals one of them ends the wait
record FirstContact(DatabaseSettings database, StopSignals signals) {
  private static final Logger LOG = LoggerFactory.getLogger(FirstContact.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int TRIES_PER_LINE = 15;

  /// Classes of SQLSTATE (PostgreSQL manual, appendix A): connection exception, out of resources,
  /// the operator intervened.
  private static final Set<String> PASSING = Set.of("08", "53", "57");

  /// Does `step` again and again until the database answers; blocks.
  <T> T await(Callable<T> step) throws Exception {
    for (int tries = 0; ; tries++) {
      try {
        return step.call();
      } catch (Exception failure) {
        if (!isAway(failure)) {
          throw failure;
        }
        if (tries % TRIES_PER_LINE == 0) {
          LOG.warn(
              "database {}: does not answer ({}). The service starts as soon as it does; scripts of"
                  + " an earlier start go on meanwhile.",
              database,
              firstLine(failure));
        }
        if (signals.comesWithin(PAUSE)) {
          throw new StartRefused(
              "It was stopped while it waited for the database " + database + ".", failure);
        }
      }
    }
  }

  static boolean isAway(Throwable failure) {
    for (@Nullable Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof DatabaseAway) {
        return true;
      }
      if (each instanceof SQLException sql && sql.getSQLState() != null) {
        return PASSING.contains(sql.getSQLState().substring(0, 2));
      }
    }
    return false;
  }

  private static String firstLine(Throwable failure) {
    return failure.toString().lines().findFirst().orElse("");
  }
}
