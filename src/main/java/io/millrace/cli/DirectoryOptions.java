package io.millrace.cli;

import io.millrace.app.DefaultPaths;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where the service keeps its files; the same for every command that touches them.
final class DirectoryOptions {

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "What must survive a reboot: token, embedded database, large output. Default:"
              + " $STATE_DIRECTORY, else /var/lib/millrace for root, else ~/.local/share/millrace.")
  private @Nullable Path dataDir;

  @Option(
      names = "--run-dir",
      paramLabel = "DIR",
      description =
          "Directories of running scripts; a memory file system makes short scripts several times"
              + " faster. Default: $RUNTIME_DIRECTORY, else a private folder in /dev/shm.")
  private @Nullable Path runDir;

  Path data() {
    var chosen =
        dataDir != null
            ? dataDir
            : DefaultPaths.dataDir(System.getenv(), user(), System.getProperty("user.home"));
    return chosen.toAbsolutePath().normalize();
  }

  Path run() {
    var chosen = runDir != null ? runDir : DefaultPaths.runDir(System.getenv(), data(), user());
    return chosen.toAbsolutePath().normalize();
  }

  private static String user() {
    return System.getProperty("user.name");
  }
}
