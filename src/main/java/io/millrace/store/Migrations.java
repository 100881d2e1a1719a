package io.millrace.store;

import java.sql.DriverManager;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;

/// Brings the tables to the version of this program.
public final class Migrations {
  /// A frozen server takes connections and never answers them (pgjdbc manual).
  private static final String PATIENCE = "?connectTimeout=5&loginTimeout=10";

  private Migrations() {}

  /// Applies what is missing and says how many; blocks. Two servers that start together wait for
  /// each other.
  public static int run(DatabaseSettings settings) {
    return Flyway.configure()
        .dataSource(settings.jdbcUrl() + PATIENCE, settings.user(), settings.password())
        .locations("classpath:migrations")
        .failOnMissingLocations(true)
        .load()
        .migrate()
        .migrationsExecuted;
  }

  /// Makes the database `name` on the server of `any` (a database that exists), if it is not there
  /// yet; blocks.
  public static void createDatabase(DatabaseSettings any, String name) {
    try (var connection = DriverManager.getConnection(any.jdbcUrl(), any.user(), any.password());
        var find = connection.prepareStatement("select from pg_database where datname = ?");
        var create = connection.createStatement()) {
      find.setString(1, name);
      try (var found = find.executeQuery()) {
        if (!found.next()) {
          create.execute("create database " + create.enquoteIdentifier(name, true));
        }
      }
    } catch (SQLException failure) {
      throw new DatabaseAway("database " + name + " could not be made on " + any, failure);
    }
  }
}
