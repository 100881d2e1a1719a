package io.millrace.cli;

import io.millrace.app.DataDirectory;
import io.millrace.app.OpenFiles;
import io.millrace.app.StartRefused;
import io.millrace.keeper.KeeperLauncher;
import io.millrace.keeper.os.Exec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `millrace keeper`: runs the keeper in the foreground, for a service manager that shall know it
/// by itself.
///
/// It puts the keeper's own small JVM in its place: same pid, and the service's jar may be replaced
/// meanwhile.
@Command(
    name = "keeper",
    description = {
      "Runs the process that owns the scripts; `serve` starts one by itself.",
      "Run it here only to give it a unit of its own in a service manager, beside"
          + " `serve --keeper=wait`."
    },
    mixinStandardHelpOptions = true)
final class KeeperCommand implements Callable<Integer> {
  /// Whoever started it ends it; a first start of the server may take long.
  private static final String FOR_EVER = Long.toString(Duration.ofDays(36_500).toSeconds());

  @Mixin private final DirectoryOptions directories = new DirectoryOptions();

  @Override
  public Integer call() throws Exception {
    var data = directories.data();
    var run = directories.run();
    DataDirectory.make(data, run);
    var command = new ArrayList<>(KeeperLauncher.command(data, run, OpenFiles.atStart()));
    command.addAll(List.of("--idle-seconds", FOR_EVER));
    int result = Exec.replaceBy(command);
    throw new StartRefused("The keeper's JVM could not be started (error " + -result + ").");
  }
}
