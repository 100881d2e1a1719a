package io.millrace.store;

import io.vertx.pgclient.PgConnectOptions;

/// Where the database is and how to log in.
///
/// @param host name or address
/// @param connections at most that many, over all kinds of work; at least 6
public record DatabaseSettings(
    String host, int port, String database, String user, String password, int connections) {

  public static final int DEFAULT_CONNECTIONS = 16;

  /// Reads `postgresql://user:password@host:port/database`.
  ///
  /// @throws IllegalArgumentException if it is not of that form; the message does not contain the
  ///   password
  public static DatabaseSettings parse(String url) {
    try {
      var options = PgConnectOptions.fromUri(url);
      return new DatabaseSettings(
          options.getHost(),
          options.getPort(),
          options.getDatabase(),
          options.getUser(),
          options.getPassword(),
          DEFAULT_CONNECTIONS);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "a database URL looks like postgresql://user:password@host:5432/database", e);
    }
  }

  /// The same server and user, another database.
  public DatabaseSettings withDatabase(String name) {
    return new DatabaseSettings(host, port, name, user, password, connections);
  }

  public String jdbcUrl() {
    return "jdbc:postgresql://"
        + (host.contains(":") ? "[" + host + "]" : host)
        + ":"
        + port
        + "/"
        + database;
  }

  @Override
  public String toString() {
    return "postgresql://%s@%s:%d/%s".formatted(user, host, port, database);
  }
}
