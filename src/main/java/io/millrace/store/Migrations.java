package io.millrace.store;

import org.flywaydb.core.Flyway;

/// Brings the tables to the version of this program.
public final class Migrations {
  private Migrations() {}

  /// Applies what is missing; blocks. Two servers that start together wait for each other.
  public static void run(DatabaseSettings settings) {
    Flyway.configure()
        .dataSource(settings.jdbcUrl(), settings.user(), settings.password())
        .locations("classpath:migrations")
        .failOnMissingLocations(true)
        .load()
        .migrate();
  }
}
