package io.millrace.store;

/// Where the database is and how to log in.
///
/// @param host name or address
/// @param connections at most that many, over all kinds of work; at least 6
public record DatabaseSettings(
    String host, int port, String database, String user, String password, int connections) {

  public static final int DEFAULT_CONNECTIONS = 16;

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
