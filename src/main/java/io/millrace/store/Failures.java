package io.millrace.store;

import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/// What a failure of a statement means (PostgreSQL manual, appendix A: error codes).
enum Failures {
  /// The connection was gone before anything was sent.
  NOT_SENT,
  /// The connection is gone or silent: the statement may have happened or not.
  LOST,
  /// The server said that it cannot work now; the statement did not happen.
  AWAY,
  /// The server undid the statement because of what others did at the same moment; it may be sent
  /// again.
  UNLUCKY,
  /// A value is refused: the statement did not happen and never will with this value.
  DATA,
  /// Something nobody thought of.
  BUG;

  private static final String QUERY_CANCELLED = "57014";
  private static final String READ_ONLY = "25006";
  private static final String LOCK_TIMEOUT = "55P03";
  private static final String UNIQUE_VIOLATION = "23505";

  /// What the client says of a connection that closed under its commands (vertx-sql-client has no
  /// type for it).
  private static final Set<String> CLOSED =
      Set.of("Connection is not active now", "Pending requests failed to be sent");

  static Failures of(Throwable failure) {
    return switch (failure) {
      case PgException refused -> of(refused.getSqlState());
      case ClosedConnectionException closed -> LOST;
      case IOException broken -> LOST;
      case TimeoutException silent -> LOST;
      case DatabaseAway away -> AWAY;
      default -> isClosed(failure.getMessage()) ? NOT_SENT : BUG;
    };
  }

  private static Failures of(String state) {
    return switch (state) {
      case QUERY_CANCELLED, READ_ONLY, LOCK_TIMEOUT -> AWAY;
      case UNIQUE_VIOLATION -> UNLUCKY;
      default ->
          switch (state.substring(0, 2)) {
            case "08", "57" -> LOST;
            case "53", "58" -> AWAY;
            case "40" -> UNLUCKY;
            case "22", "23" -> DATA;
            default -> BUG;
          };
    };
  }

  private static boolean isClosed(@org.jspecify.annotations.Nullable String message) {
    return message != null && CLOSED.stream().anyMatch(message::startsWith);
  }

  /// Whether the server is there and said something.
  boolean answered() {
    return switch (this) {
      case NOT_SENT, LOST, AWAY -> false;
      case UNLUCKY, DATA, BUG -> true;
    };
  }

  /// The failure as callers get it: [DatabaseAway] if waiting may help.
  static Throwable told(Throwable failure) {
    return switch (of(failure)) {
      case NOT_SENT, LOST, AWAY, UNLUCKY ->
          failure instanceof DatabaseAway
              ? failure
              : new DatabaseAway("the database does not answer: " + failure.getMessage(), failure);
      case DATA, BUG -> failure;
    };
  }
}
