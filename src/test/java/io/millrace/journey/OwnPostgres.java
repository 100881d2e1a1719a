package io.millrace.journey;

import io.millrace.app.EmbeddedPostgres;
import io.millrace.store.DatabaseSettings;
import io.millrace.testing.FaultyNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// A PostgreSQL of one test, which can be stopped, killed and started again under one address.
public final class OwnPostgres implements AutoCloseable {
  private final Path data;
  private final FaultyNetwork network;
  private EmbeddedPostgres server;

  private OwnPostgres(Path data, FaultyNetwork network, EmbeddedPostgres server) {
    this.data = data;
    this.network = network;
    this.server = server;
  }

  /// Every stop and start gives it another port; the address of the network in between stays.
  public static OwnPostgres start() throws IOException {
    var data =
        Files.createTempDirectory(
            "millrace-test-pg",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
    var server = launch(data);
    return new OwnPostgres(data, new FaultyNetwork("127.0.0.1", server.settings().port()), server);
  }

  private static EmbeddedPostgres launch(Path data) {
    return EmbeddedPostgres.start(data, Path.of("target", "postgres").toAbsolutePath());
  }

  /// As `serve` takes it.
  public String option() {
    DatabaseSettings settings = server.settings();
    return "--database-url=postgresql://%s:%s@127.0.0.1:%d/%s"
        .formatted(settings.user(), settings.password(), network.port(), settings.database());
  }

  public void stop() throws IOException {
    network.goDown();
    server.stop();
  }

  /// SIGKILL to the postmaster: its backends end by themselves.
  public void kill() throws IOException {
    network.goDown();
    ProcessHandle.of(server.pid()).ifPresent(ProcessHandle::destroyForcibly);
  }

  public void startAgain() {
    server = launch(data);
    network.leadTo(server.settings().port());
    network.comeUp();
  }

  /// It takes connections and requests, and answers nobody.
  public void freeze() {
    network.freeze();
  }

  public void thaw() {
    network.thaw();
  }

  @Override
  public void close() throws IOException {
    network.close();
    server.stop();
    try (var paths = Files.walk(data)) {
      paths.sorted(java.util.Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    }
  }
}
