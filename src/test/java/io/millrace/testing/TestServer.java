package io.millrace.testing;

import io.millrace.app.EmbeddedPostgres;
import io.millrace.store.Database;
import io.millrace.store.DatabaseSettings;
import io.millrace.store.Migrations;
import io.millrace.store.Partitions;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.testcontainers.postgresql.PostgreSQLContainer;

/// The PostgreSQL of a test JVM, with a migrated database that others are copied from.
final class TestServer implements AutoCloseable {
  private static final String IMAGE = "postgres:17";
  private static final String REAPER = "testcontainers/ryuk";
  private static final String TEMPLATE = "millrace_template";
  private static final int CONNECTIONS = 12;

  private final DatabaseSettings admin;
  private final Runnable stop;
  private final AtomicInteger made = new AtomicInteger();

  private TestServer(DatabaseSettings admin, Runnable stop) {
    this.admin = admin;
    this.stop = stop;
  }

  static TestServer start() {
    var wish = System.getProperty("millrace.postgres", "auto");
    var server =
        switch (wish) {
          case "container" -> container();
          case "embedded" -> embedded();
          case "auto" -> imagesAreHere() ? container() : embedded();
          default -> given(wish);
        };
    server.makeTemplate();
    return server;
  }

  private static TestServer embedded() {
    var target = Path.of("target").toAbsolutePath();
    var postgres =
        EmbeddedPostgres.start(target.resolve("test-postgres"), target.resolve("postgres"));
    return new TestServer(small(postgres.settings().withDatabase("postgres")), postgres::stop);
  }

  private static TestServer container() {
    var postgres = new PostgreSQLContainer(IMAGE);
    postgres.withCommand("postgres", "-c", "max_locks_per_transaction=256");
    postgres.start();
    var settings =
        new DatabaseSettings(
            postgres.getHost(),
            postgres.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
            "postgres",
            postgres.getUsername(),
            postgres.getPassword(),
            CONNECTIONS);
    return new TestServer(settings, postgres::stop);
  }

  private static TestServer given(String url) {
    var options = PgConnectOptions.fromUri(url);
    var settings =
        new DatabaseSettings(
            options.getHost(),
            options.getPort(),
            options.getDatabase(),
            options.getUser(),
            options.getPassword(),
            CONNECTIONS);
    return new TestServer(settings, () -> {});
  }

  /// Testcontainers wants its reaper too, unless it is told otherwise.
  private static boolean imagesAreHere() {
    return DockerImages.has(IMAGE)
        && ("true".equals(System.getenv("TESTCONTAINERS_RYUK_DISABLED"))
            || DockerImages.has(REAPER));
  }

  private static DatabaseSettings small(DatabaseSettings settings) {
    return new DatabaseSettings(
        settings.host(),
        settings.port(),
        settings.database(),
        settings.user(),
        settings.password(),
        CONNECTIONS);
  }

  private void makeTemplate() {
    execute("drop database if exists " + TEMPLATE + " with (force)");
    Migrations.createDatabase(admin, TEMPLATE);
    var template = admin.withDatabase(TEMPLATE);
    Migrations.run(template);
    var vertx = Vertx.vertx();
    try {
      var database = Database.open(vertx, template);
      new Partitions(database).prepare(Instant.now()).await();
      database.close().await();
    } finally {
      vertx.close().await();
    }
  }

  DatabaseSettings create() {
    var name = "test_" + made.incrementAndGet();
    execute("drop database if exists " + name + " with (force)");
    execute("create database " + name + " template " + TEMPLATE);
    return admin.withDatabase(name);
  }

  void drop(DatabaseSettings settings) {
    execute("drop database if exists " + settings.database() + " with (force)");
  }

  private void execute(String sql) {
    try (var connection =
            DriverManager.getConnection(admin.jdbcUrl(), admin.user(), admin.password());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException failure) {
      throw new IllegalStateException(sql, failure);
    }
  }

  @Override
  public void close() {
    stop.run();
  }
}
