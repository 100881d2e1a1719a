package io.millrace.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `millrace keeper`: runs the keeper in the foreground, for a service manager that shall know it
/// by itself.
@Command(
    name = "keeper",
    description = {
      "Runs the process that owns the scripts. `serve` starts one by itself; run it here only to"
          + " give it",
      "a unit of its own in a service manager, so that stopping the server leaves the scripts"
          + " alone."
    },
    mixinStandardHelpOptions = true)
final class KeeperCommand implements Callable<Integer> {
  @Mixin private final DirectoryOptions directories = new DirectoryOptions();

  @Override
  public Integer call() throws Exception {
    return io.millrace.keeper.Main.run(
        "--data-dir", directories.data().toString(), "--run-dir", directories.run().toString());
  }
}
