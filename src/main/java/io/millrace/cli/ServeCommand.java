package io.millrace.cli;

import io.millrace.app.KeeperChoice;
import io.millrace.app.LogFormat;
import io.millrace.app.Millrace;
import io.millrace.app.OnStop;
import io.millrace.app.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `millrace serve`: its options are the settings of the service.
@Command(
    name = "serve",
    description = "Runs the service. Without --database-url it keeps a PostgreSQL of its own.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Every option is also an environment variable (--max-running is MILLRACE_MAX_RUNNING) and a"
          + " line in the file",
      "named by --config (max-running=1000); the command line wins over the environment, the"
          + " environment over the file."
    })
final class ServeCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private final DirectoryOptions directories = new DirectoryOptions();

  @Mixin private final DatabaseOptions database = new DatabaseOptions();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Properties file with further settings. An unknown key in it is an error.")
  @SuppressWarnings("UnusedVariable") // read by SettingsSource, before picocli reads anything
  private @Nullable Path config;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Address to listen on. Default: ${DEFAULT-VALUE}, this machine only.")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Port to listen on; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--public-url",
      paramLabel = "URL",
      description =
          "Address under which browsers reach the service, when a proxy stands before it. Requests"
              + " for other hosts are refused with 421.")
  private @Nullable URI publicUrl;

  @Option(
      names = "--node",
      paramLabel = "NAME",
      description =
          "Name under which this server's runs appear. The data directory keeps that of its first"
              + " start. Default: the host name.")
  private @Nullable String node;

  @Option(
      names = "--max-running",
      paramLabel = "RUNS",
      defaultValue = "1000",
      description =
          "Slots: runs at the same time. Raise it for scripts that mostly wait, lower it for heavy"
              + " ones. Default: ${DEFAULT-VALUE}.")
  private int maxRunning;

  @Option(
      names = "--max-queued",
      paramLabel = "RUNS",
      defaultValue = "100000",
      description =
          "Waiting runs, those for later too; beyond it a submission is answered with 429. Default:"
              + " ${DEFAULT-VALUE}.")
  private int maxQueued;

  @Option(
      names = "--max-timeout",
      paramLabel = "SECONDS",
      description =
          "The longest timeout that a run may ask for; with it, no run may ask for none. Default:"
              + " no bound.")
  private @Nullable Double maxTimeout;

  @Option(
      names = "--run-user",
      paramLabel = "USER",
      description =
          "Login name that scripts run as unless they name one; set it when the service runs as"
              + " root. Default: the service's own user.")
  private @Nullable String runUser;

  @Option(
      names = "--keep-days",
      paramLabel = "DAYS",
      description = "Drop history that is older, month by month. Default: keep everything.")
  private @Nullable Integer keepDays;

  @Option(
      names = "--shutdown-grace",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description =
          "When stopping cancels: how long scripts may go on before they are. Default:"
              + " ${DEFAULT-VALUE}.")
  private double shutdownGrace;

  @Option(
      names = "--on-stop",
      paramLabel = "WHAT",
      defaultValue = "auto",
      description =
          "detach: scripts go on and the next start takes them on. cancel: they are cancelled after"
              + " the grace. auto: SIGTERM detaches, Ctrl-C and a container's stop cancel. Default:"
              + " ${DEFAULT-VALUE}.")
  private OnStop onStop = OnStop.AUTO;

  @Option(
      names = "--keeper",
      paramLabel = "WHO",
      defaultValue = "start",
      description =
          "Who starts the process that owns the scripts. start: this command, if none runs. wait:"
              + " somebody else, such as a unit of systemd that runs 'millrace keeper'. Default:"
              + " ${DEFAULT-VALUE}.")
  private KeeperChoice keeper = KeeperChoice.START;

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      defaultValue = "plain",
      description =
          "plain: lines for people. json: one object per line, for what collects logs. Default:"
              + " ${DEFAULT-VALUE}.")
  private LogFormat logFormat = LogFormat.PLAIN;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      defaultValue = "info",
      description =
          "error, warn, info or debug. info has one line for the end of each run; lower it to warn"
              + " when these are too many. Default: ${DEFAULT-VALUE}.")
  private Level logLevel = Level.INFO;

  @Override
  public Integer call() throws Exception {
    Millrace.serve(settings());
    return 0;
  }

  private Settings settings() {
    requireRange("--port", port, 0, 65_535);
    requireRange("--max-running", maxRunning, 1, 1_000_000);
    requireRange("--max-queued", maxQueued, 1, 100_000_000);
    return new Settings(
        directories.data(),
        directories.run(),
        host,
        port,
        Optional.ofNullable(publicUrl).map(this::requireWeb),
        database.url(),
        Optional.ofNullable(node),
        maxRunning,
        maxQueued,
        Optional.ofNullable(maxTimeout).map(this::longestTimeout),
        Optional.ofNullable(runUser),
        keepDays == null
            ? OptionalInt.empty()
            : OptionalInt.of(requireRange("--keep-days", keepDays, 1, 36_500)),
        seconds("--shutdown-grace", shutdownGrace),
        onStop,
        keeper,
        logFormat,
        logLevel);
  }

  private int requireRange(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "%s must be %d to %d, got %d".formatted(option, least, most, value));
    }
    return value;
  }

  private URI requireWeb(URI url) {
    String scheme = url.getScheme();
    if (url.getHost() == null
        || !("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "--public-url must be such as https://millrace.example, got '" + url + "'");
    }
    return url;
  }

  private Duration longestTimeout(double seconds) {
    Duration longest = seconds("--max-timeout", seconds);
    if (longest.isZero()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "--max-timeout must be above 0, got " + seconds + ": no run could be submitted");
    }
    return longest;
  }

  private Duration seconds(String option, double value) {
    if (!(value >= 0 && value <= 1e9)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), option + " must be 0 to 1000000000 seconds, got " + value);
    }
    return Duration.ofMillis(Math.round(value * 1000));
  }
}
