package io.millrace.store;

import java.time.Duration;

/// The database did not answer, or cannot work now: it is down, frozen, starting, read-only, full
/// or out of connections.
///
/// It says nothing about the request, which may be sent again.
public final class DatabaseAway extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// When it makes sense to try again.
  public static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  public DatabaseAway(String what) {
    super(what, null, false, false);
  }

  public DatabaseAway(String what, Throwable cause) {
    super(what, cause, false, false);
  }
}
