package io.millrace.app;

import io.millrace.keeper.os.Self;
import io.millrace.keeper.os.ServiceManager;
import io.millrace.store.DatabaseSettings;
import io.millrace.store.Migrations;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The service from its first file to its last: start here to find out how anything works.
///
/// [Parts] makes the objects, in order; what they are is said in each package's description: `run`
/// (nouns), `store` (PostgreSQL), `spool` (output on disk), `keeper` (processes), `runner` (takes
/// runs to their end), `http` (the API and the page).
public final class Millrace {
  private static final Logger LOG = LoggerFactory.getLogger(Millrace.class);

  private Millrace() {}

  /// Serves until a signal asks for the end; then stops as [OnStop] says.
  ///
  /// @throws StartRefused when it cannot start as things are; nothing is left behind then
  public static void serve(Settings settings) throws Exception {
    Logs.apply(settings.logFormat(), settings.logLevel());
    var signals = StopSignals.listen();
    try (var directories = DataDirectory.open(settings.dataDir(), settings.runDir())) {
      var node = NodeName.of(directories.data(), settings.node());
      Preconditions.check(settings);
      serve(settings, directories, node, signals);
    }
  }

  private static void serve(
      Settings settings, DataDirectory directories, String node, StopSignals signals)
      throws Exception {
    try (var postgres = PostgresChoice.of(settings.database(), directories.data())) {
      Self.hide();
      var contact = new FirstContact(postgres.settings(), signals);
      contact.await(() -> Migrations.run(postgres.settings()));
      var parts = Parts.start(settings, directories, node, contact, signals::superseded);
      Announcement.print(parts, settings);
      ServiceManager.tell(ServiceManager.READY);
      OwnClasses.load();
      var signal = signals.await();
      if (signal == StopSignals.Kind.SUPERSEDED) {
        LOG.warn("stopping: scripts are killed, another server has told their end");
        parts.abandon();
        return;
      }
      boolean detach = detaches(settings.onStop(), signal);
      ServiceManager.tell(ServiceManager.STOPPING);
      LOG.info("stopping: {}", detach ? "scripts go on" : "scripts are cancelled");
      parts.stop(detach, settings.shutdownGrace());
    }
  }

  /// Brings the tables up to date and says how many migrations that took.
  public static int migrate(Path dataDir, Path runDir, Optional<DatabaseUrl> database)
      throws Exception {
    if (database.isPresent()) {
      return Migrations.run(database.get().settings());
    }
    try (var directories = DataDirectory.open(dataDir, runDir);
        var postgres = PostgresChoice.of(database, directories.data())) {
      return Migrations.run(postgres.settings());
    }
  }

  private static boolean detaches(OnStop onStop, StopSignals.Kind signal) {
    return switch (onStop) {
      case DETACH -> true;
      case CANCEL -> false;
      case AUTO -> signal == StopSignals.Kind.TERMINATE && !Container.isOne();
    };
  }

  /// The database that is used, and what must be stopped with it.
  private record PostgresChoice(
      DatabaseSettings settings, Optional<EmbeddedPostgres> embedded, Optional<PostgresWatch> watch)
      implements AutoCloseable {

    static PostgresChoice of(Optional<DatabaseUrl> database, Path dataDir) throws Exception {
      if (database.isPresent()) {
        return new PostgresChoice(database.get().settings(), Optional.empty(), Optional.empty());
      }
      var embedded = EmbeddedPostgres.start(dataDir);
      return new PostgresChoice(
          embedded.settings(), Optional.of(embedded), Optional.of(PostgresWatch.over(embedded)));
    }

    @Override
    public void close() throws Exception {
      watch.ifPresent(PostgresWatch::close);
      if (embedded.isPresent()) {
        embedded.get().stop();
      }
    }
  }
}
