package io.millrace.app;

import io.millrace.store.DatabaseSettings;
import io.millrace.store.Migrations;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The PostgreSQL that Millrace brings along, in a session of its own, on data under the data
/// directory.
///
/// It is a real one: fsync and synchronous commit are on, and a crash loses nothing. It listens on
/// a free loopback port and has one user with a random password, which lies in a file that only the
/// service can read. It outlives the service when that is killed; the next start finds it again by
/// its `postmaster.pid`, its command line and a login with that password.
///
/// As root it runs as a user without rights (`setpriv`, util-linux), because it refuses to be root.
/// [#stop()] ends it; nothing else does. All methods block.
public final class EmbeddedPostgres {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final String DATABASE = "millrace";
  private static final Duration START_LIMIT = Duration.ofMinutes(5);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
  private static final long LOOK_MILLIS = 10;
  private static final int PORT_TRIES = 5;
  private static final int CONNECTIONS = 24;
  private static final long LOG_BYTES = 4L << 20;

  private final PostgresBinaries binaries;
  private final PostgresCluster cluster;
  private final PostgresUser user;
  private final DatabaseSettings settings;

  /// The present one; another one after [#revive()].
  private volatile Postmaster server;

  private EmbeddedPostgres(
      PostgresBinaries binaries,
      PostgresCluster cluster,
      PostgresUser user,
      Postmaster server,
      DatabaseSettings settings) {
    this.binaries = binaries;
    this.cluster = cluster;
    this.user = user;
    this.server = server;
    this.settings = settings;
  }

  /// Finds the server of this data directory, or makes and starts one; answers when it takes
  /// connections.
  ///
  /// @throws StartRefused when it cannot work here, with what to do about it
  public static EmbeddedPostgres start(Path dataDirectory) {
    return start(dataDirectory, dataDirectory.resolve("postgres"));
  }

  /// The same with the programs in another folder, which several data directories may share.
  public static EmbeddedPostgres start(Path dataDirectory, Path programs) {
    try {
      var data = Files.createDirectories(dataDirectory).toRealPath();
      var home = data.resolve("postgres");
      Files.createDirectories(home);
      Files.createDirectories(programs);
      try (var channel = openLock(home)) {
        lock(channel);
        return startLocked(data, new PostgresCluster(home), programs.toRealPath());
      }
    } catch (IOException failure) {
      throw new StartRefused(
          "The embedded PostgreSQL under %s could not be started: %s. Make room or give the folder to this user, or give --database-url."
              .formatted(dataDirectory, failure),
          failure);
    }
  }

  private static EmbeddedPostgres startLocked(Path data, PostgresCluster cluster, Path programs)
      throws IOException {
    var binaries = PostgresBinaries.in(programs);
    var user = PostgresUser.of(cluster.data());
    user.reach(cluster.home(), data);
    user.reach(binaries.home(), programs);
    if (!cluster.exists()) {
      LOG.info("postgres: makes a database in {}", cluster.data());
      cluster.create(binaries, user);
    }
    cluster.requireUsable();
    var found = Postmaster.find(cluster.data());
    var server =
        found.isPresent()
            ? awaitReady(cluster, found.get())
            : launch(binaries, cluster, user, EmbeddedPostgres::freePort);
    var settings = settings(cluster, server);
    login(cluster, settings.withDatabase("postgres"), server);
    Migrations.createDatabase(settings.withDatabase("postgres"), DATABASE);
    LOG.info(
        "postgres: {} on port {}, pid {}",
        found.isPresent() ? "was found running" : "runs",
        server.port(),
        server.pid());
    return new EmbeddedPostgres(binaries, cluster, user, server, settings);
  }

  public DatabaseSettings settings() {
    return settings;
  }

  public long pid() {
    return server.pid();
  }

  /// Whether its process is certainly there no more.
  boolean hasGone() {
    return server.hasGone(cluster.data());
  }

  /// Starts it again, on the same port, after something has killed it.
  ///
  /// @throws StartRefused when it does not start
  void revive() throws IOException {
    try (var channel = openLock(cluster.home())) {
      lock(channel);
      int port = server.port();
      server = launch(binaries, cluster, user, () -> port);
    }
  }

  /// Ends the server: connections are cut, what is committed stays. Answers when it is gone.
  public void stop() {
    try {
      if (!server.serves(cluster.data())) {
        return;
      }
      var done =
          Commands.run(
              cluster.home(),
              user.command(
                  List.of(
                      binaries.program("pg_ctl").toString(),
                      "stop",
                      "--pgdata=" + cluster.data(),
                      "--mode=fast",
                      "--timeout=60")));
      if (done.code() != 0) {
        LOG.warn(
            "postgres: pid {} did not stop: {}. End it with: kill -INT {}",
            server.pid(),
            done.out().strip(),
            server.pid());
      }
    } catch (IOException failure) {
      LOG.warn("postgres: pid {} could not be stopped: {}", server.pid(), failure.toString());
    }
  }

  private static Postmaster launch(
      PostgresBinaries binaries, PostgresCluster cluster, PostgresUser user, Ports ports)
      throws IOException {
    awaitNoProcess(cluster);
    Postmaster.forgetStranger(cluster.data());
    for (int tries = 1; ; tries++) {
      var log = cluster.openLog(LOG_BYTES);
      long before = Files.size(log);
      var command = new ArrayList<>(List.of("setsid"));
      command.addAll(user.command(PostgresOptions.command(binaries, cluster, ports.next())));
      var process =
          Commands.builder(cluster.home(), command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      var server = awaitStart(cluster, process);
      if (server.isPresent()) {
        return server.get();
      }
      var said = Files.readString(log).substring((int) before).strip();
      if (tries == PORT_TRIES || !said.contains("Address already in use")) {
        throw new StartRefused(
            "PostgreSQL ended with code %d instead of starting. It said: %s"
                .formatted(process.exitValue(), said));
      }
    }
  }

  /// Waits until the new server takes connections; empty when it ended.
  private static Optional<Postmaster> awaitStart(PostgresCluster cluster, Process process)
      throws IOException {
    var limit = System.nanoTime() + START_LIMIT.toNanos();
    while (process.isAlive()) {
      var server = Postmaster.find(cluster.data()).filter(Postmaster::ready);
      if (server.isPresent()) {
        return server;
      }
      lookAgain(limit, "PostgreSQL takes too long to start; see " + cluster.log());
    }
    return Optional.empty();
  }

  private static Postmaster awaitReady(PostgresCluster cluster, Postmaster found)
      throws IOException {
    var limit = System.nanoTime() + START_LIMIT.toNanos();
    for (var server = Optional.of(found); ; server = Postmaster.find(cluster.data())) {
      if (server.isEmpty() || server.get().ready()) {
        return server.orElseThrow(() -> new StartRefused("PostgreSQL was stopping. Start again."));
      }
      lookAgain(limit, "PostgreSQL (pid " + found.pid() + ") does not get ready");
    }
  }

  /// What a killed postmaster left behind ends by itself; a new one must not start beside it.
  private static void awaitNoProcess(PostgresCluster cluster) throws IOException {
    var limit = System.nanoTime() + ANSWER_LIMIT.toNanos();
    while (Postmaster.anyProcessOn(cluster.data())) {
      lookAgain(limit, "processes of an earlier PostgreSQL still work on " + cluster.data());
    }
  }

  private static void login(PostgresCluster cluster, DatabaseSettings settings, Postmaster server)
      throws IOException {
    var properties = new Properties();
    properties.setProperty("user", settings.user());
    properties.setProperty("password", settings.password());
    properties.setProperty("loginTimeout", Long.toString(ANSWER_LIMIT.toSeconds()));
    properties.setProperty("socketTimeout", Long.toString(ANSWER_LIMIT.toSeconds()));
    try (var connection = DriverManager.getConnection(settings.jdbcUrl(), properties)) {
      connection.isValid((int) ANSWER_LIMIT.toSeconds());
    } catch (SQLException failure) {
      throw new StartRefused(
          "The PostgreSQL on %s (pid %d, port %d) refuses us: %s. See %s."
              .formatted(
                  cluster.data(), server.pid(), server.port(), failure.getMessage(), cluster.log()),
          failure);
    }
  }

  private static DatabaseSettings settings(PostgresCluster cluster, Postmaster server)
      throws IOException {
    return new DatabaseSettings(
        "127.0.0.1",
        server.port(),
        DATABASE,
        PostgresCluster.USER,
        cluster.password(),
        CONNECTIONS);
  }

  private interface Ports {
    int next() throws IOException;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static FileChannel openLock(Path home) throws IOException {
    return FileChannel.open(
        home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /// Two starts on one folder wait for each other, in one process too. Closing the channel ends it.
  private static void lock(FileChannel channel) throws IOException {
    var limit = System.nanoTime() + START_LIMIT.toNanos();
    while (!tryLock(channel)) {
      lookAgain(limit, "another process keeps starting PostgreSQL");
    }
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException sameProcess) {
      return false;
    }
  }

  private static void lookAgain(long limitNanos, String otherwise) throws IOException {
    if (System.nanoTime() - limitNanos > 0) {
      throw new StartRefused(otherwise + ".");
    }
    try {
      Thread.sleep(LOOK_MILLIS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted: " + otherwise);
    }
  }
}
