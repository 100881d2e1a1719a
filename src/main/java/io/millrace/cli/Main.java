package io.millrace.cli;

import io.millrace.app.StartRefused;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// Where the `millrace` command begins.
///
/// Exit codes: 0 done, 1 the thing failed, 2 wrong usage.
@Command(
    name = "millrace",
    description = "Runs bash scripts for people: submit, watch live, look up years later.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      ServeCommand.class,
      KeeperCommand.class,
      MigrateCommand.class,
      VersionCommand.class,
      CommandLine.HelpCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class Main {
  private static final List<String> WITH_SETTINGS = List.of("serve", "migrate");

  private Main() {}

  public static void main(String[] args) {
    if (args.length > 0 && args[0].equals("serve") && !List.of(args).contains("--help")) {
      try {
        Relaunch.closed(args);
      } catch (StartRefused refused) {
        System.err.println("millrace: " + refused.getMessage());
        System.exit(CommandLine.ExitCode.SOFTWARE);
      }
    }
    System.exit(execute(args));
  }

  /// Runs one command and returns its exit code.
  static int execute(String... args) {
    return execute(commands(), args);
  }

  /// All commands, none of them run yet.
  static CommandLine commands() {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(new WrongUsage())
        .setExecutionExceptionHandler(new Failures());
  }

  static int execute(CommandLine millrace, String... args) {
    try {
      if (args.length > 0 && WITH_SETTINGS.contains(args[0])) {
        var serve = subcommand(millrace, "serve").getCommandSpec();
        subcommand(millrace, args[0])
            .setDefaultValueProvider(SettingsSource.of(serve, args, System.getenv()));
      }
    } catch (StartRefused refused) {
      millrace.getErr().println("millrace: " + refused.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    return millrace.execute(args);
  }

  private static CommandLine subcommand(CommandLine millrace, String name) {
    return Objects.requireNonNull(millrace.getSubcommands().get(name), name);
  }
}
