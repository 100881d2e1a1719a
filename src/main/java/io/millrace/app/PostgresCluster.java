package io.millrace.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The folders of the embedded PostgreSQL: `cluster` with its data, `password`, `log`.
///
/// A cluster is made under a temporary name and renamed when it is whole: an `initdb` that was
/// killed leaves nothing that looks like data, and what it left is removed at the next start.
///
/// @param home `<data>/postgres`
record PostgresCluster(Path home) {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresCluster.class);

  /// Superuser of the cluster, and the only one.
  static final String USER = "millrace";

  private static final String TEMPORARY = "cluster.new-";
  private static final int PASSWORD_BYTES = 24;

  Path data() {
    return home.resolve("cluster");
  }

  Path log() {
    return home.resolve("log");
  }

  String password() throws IOException {
    return Files.readString(home.resolve("password"));
  }

  boolean exists() {
    return Files.exists(data());
  }

  /// Refuses data of another major version, and data without its password.
  void requireUsable() throws IOException {
    var found = Files.readString(data().resolve("PG_VERSION")).strip();
    if (!found.equals(PostgresBinaries.MAJOR)) {
      throw new StartRefused(
          """
          The data in %s was written by PostgreSQL %s, and this Millrace brings PostgreSQL %s, which cannot read it. Nothing was \
          changed. Start the Millrace that wrote it, dump the database "millrace" with pg_dump %s, move the folder away \
          (keep it), start this one once, and load the dump with psql. Or serve it with a PostgreSQL %s of your own and \
          --database-url.\
          """
              .formatted(data(), found, PostgresBinaries.MAJOR, found, found));
    }
    if (!Files.exists(home.resolve("password"))) {
      throw new StartRefused(
          "%s holds data, but the password of its user is gone (%s). Put the file back from a backup of the data directory."
              .formatted(data(), home.resolve("password")));
    }
  }

  /// Makes the cluster; about two seconds.
  void create(PostgresBinaries binaries, PostgresUser user) throws IOException {
    removeLeftovers();
    var temporary = Files.createTempDirectory(home, TEMPORARY);
    var secret = Files.createTempFile(home, TEMPORARY, ".password");
    try {
      user.own(temporary);
      var password = newPassword();
      Files.writeString(secret, password);
      user.own(secret);
      var done = Commands.run(home, user.command(initdb(binaries, temporary, secret)));
      if (done.code() != 0) {
        throw new StartRefused(
            "initdb could not make a database in %s and ended with code %d: %s"
                .formatted(home, done.code(), done.out().strip()));
      }
      store(password);
      Files.move(temporary, data(), StandardCopyOption.ATOMIC_MOVE);
      sync(home);
    } finally {
      Files.deleteIfExists(secret);
      removeLeftovers();
    }
  }

  private static List<String> initdb(PostgresBinaries binaries, Path folder, Path secret) {
    return List.of(
        binaries.program("initdb").toString(),
        "--pgdata=" + folder,
        "--username=" + USER,
        "--pwfile=" + secret,
        "--auth-host=scram-sha-256",
        "--auth-local=reject",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions");
  }

  /// Removes what killed starts left. An `initdb` that outlived its service may still write there:
  /// then it goes the next time.
  private void removeLeftovers() throws IOException {
    try (var found = Files.newDirectoryStream(home, TEMPORARY + "*")) {
      for (var leftover : found) {
        try {
          PostgresBinaries.deleteTree(leftover);
        } catch (IOException stillWritten) {
          LOG.debug("postgres: {} is left for later: {}", leftover, stillWritten.toString());
        }
      }
    }
  }

  private void store(String password) throws IOException {
    var temporary = Files.createTempFile(home, TEMPORARY, ".password");
    try (var file = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
      file.write(StandardCharsets.US_ASCII.encode(password));
      file.force(true);
    }
    Files.move(temporary, home.resolve("password"), StandardCopyOption.ATOMIC_MOVE);
  }

  /// Opens a file for the server's messages; the one of before is kept when it has grown.
  Path openLog(long mostBytes) throws IOException {
    if (Files.exists(log()) && Files.size(log()) > mostBytes) {
      Files.move(log(), home.resolve("log.1"), StandardCopyOption.REPLACE_EXISTING);
    }
    if (!Files.exists(log())) {
      Files.createFile(
          log(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    return log();
  }

  private static void sync(Path folder) throws IOException {
    try (var directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  private static String newPassword() {
    var random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
