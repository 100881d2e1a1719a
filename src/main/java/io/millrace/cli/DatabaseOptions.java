package io.millrace.cli;

import io.millrace.app.DatabaseUrl;
import io.millrace.app.StartRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Which PostgreSQL to use.
final class DatabaseOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description =
          "postgresql://user@host:port/database of a PostgreSQL 15 or newer. Put the password into"
              + " MILLRACE_DATABASE_PASSWORD, the settings file or a file of its own. Default: an"
              + " embedded PostgreSQL in the data directory.")
  private @Nullable String databaseUrl;

  @Option(
      names = "--database-password",
      paramLabel = "PASSWORD",
      description =
          "Of --database-url. Others can read a command line: use the environment or the file.")
  private @Nullable String databasePassword;

  @Option(
      names = "--database-password-file",
      paramLabel = "FILE",
      description = "File that holds the password of --database-url, as containers get secrets.")
  private @Nullable Path databasePasswordFile;

  Optional<DatabaseUrl> url() {
    if (databaseUrl == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(DatabaseUrl.parse(databaseUrl, password()));
    } catch (IllegalArgumentException wrong) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--database-url: " + wrong.getMessage(), wrong);
    }
  }

  private Optional<String> password() {
    if (databasePasswordFile == null) {
      return Optional.ofNullable(databasePassword);
    }
    if (databasePassword != null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "--database-password and --database-password-file are both given: leave one out");
    }
    try {
      return Optional.of(Files.readString(databasePasswordFile).strip());
    } catch (IOException unreadable) {
      throw new StartRefused(
          "The database's password cannot be read from " + databasePasswordFile + ": " + unreadable,
          unreadable);
    }
  }
}
