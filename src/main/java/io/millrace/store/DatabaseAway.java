package io.millrace.store;

/// The database cannot be reached, or did not answer in time; nothing is known to have changed.
public final class DatabaseAway extends RuntimeException {
  public DatabaseAway(String message, Throwable cause) {
    super(message, cause);
  }
}
