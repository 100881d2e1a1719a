package io.millrace.cli;

import io.millrace.app.Millrace;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `millrace migrate`: brings the tables up to date without serving; `serve` does the same at its
/// start.
@Command(
    name = "migrate",
    description = "Brings the database's tables to this version, without serving.",
    mixinStandardHelpOptions = true)
final class MigrateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private final DirectoryOptions directories = new DirectoryOptions();

  @Mixin private final DatabaseOptions database = new DatabaseOptions();

  @Override
  public Integer call() throws Exception {
    int applied = Millrace.migrate(directories.data(), directories.run(), database.url());
    spec.commandLine().getOut().println("millrace: " + applied + " migrations applied");
    return 0;
  }
}
