package io.millrace.cli;

import io.millrace.app.DatabaseUrl;
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
              + " MILLRACE_DATABASE_PASSWORD or the settings file. Default: an embedded PostgreSQL"
              + " in the data directory.")
  private @Nullable String databaseUrl;

  @Option(
      names = "--database-password",
      paramLabel = "PASSWORD",
      description =
          "Of --database-url. Others can read a command line: use the environment or the file.")
  private @Nullable String databasePassword;

  Optional<DatabaseUrl> url() {
    if (databaseUrl == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(DatabaseUrl.parse(databaseUrl, Optional.ofNullable(databasePassword)));
    } catch (IllegalArgumentException wrong) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--database-url: " + wrong.getMessage(), wrong);
    }
  }
}
