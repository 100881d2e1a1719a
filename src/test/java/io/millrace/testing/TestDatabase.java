package io.millrace.testing;

import io.millrace.store.DatabaseSettings;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A fresh, migrated database for each test class, on a real PostgreSQL that all classes of the JVM
/// share: `@RegisterExtension static final TestDatabase DATABASE = new TestDatabase();`
///
/// `-Dmillrace.postgres=container` takes Testcontainers' `postgres:17`, `embedded` the one that
/// Millrace brings; `auto` (the default) a container if there is a Docker and what it takes need
/// not be fetched, else the embedded one. `postgresql://…` is a server that is there, whose
/// databases `test_…` and `millrace_template` are ours.
public final class TestDatabase implements BeforeAllCallback, AfterAllCallback {
  private static final ExtensionContext.Namespace SHARED =
      ExtensionContext.Namespace.create(TestDatabase.class);

  private @Nullable TestServer server;
  private @Nullable DatabaseSettings settings;

  /// Where the database of this class is.
  public DatabaseSettings settings() {
    return Objects.requireNonNull(settings, "only within a test");
  }

  /// A further database for a test that wants one of its own; it goes with the server.
  public DatabaseSettings another() {
    return Objects.requireNonNull(server, "only within a test").create();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    server =
        context
            .getRoot()
            .getStore(SHARED)
            .getOrComputeIfAbsent(TestServer.class, key -> TestServer.start(), TestServer.class);
    settings = server.create();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (server != null && settings != null) {
      server.drop(settings);
    }
  }
}
