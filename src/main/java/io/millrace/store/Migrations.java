package io.millrace.store;

import org.flywaydb.core.Flyway;

/// Brings the tables to the version of this program.
public final class Migrations {
  private Migrations() {}

  /// Applies what is missing and says how many; blocks. Two servers that start together wait for each
  /// other.
  public static int run(DatabaseSettings settings) {
    return Flyway.configure()
        .dataSource(settings.jdbcUrl(), settings.user(), settings.password())
        .locations("classpath:migrations")
        .failOnMissingLocations(true)
        .load()
        .migrate()
        .migrationsExecuted;
  }
}
