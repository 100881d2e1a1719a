package io.millrace.app;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.CRC32C;

/// Where the service keeps its files when nobody says.
public final class DefaultPaths {
  private static final Path MEMORY = Path.of("/dev/shm");

  private DefaultPaths() {}

  /// systemd's `$STATE_DIRECTORY` (systemd.exec(5)), `/var/lib/millrace` for root, else the user's
  /// data home (XDG base directories).
  public static Path dataDir(Map<String, String> environment, String user, String home) {
    var state = environment.getOrDefault("STATE_DIRECTORY", "");
    if (!state.isEmpty()) {
      return Path.of(firstOf(state));
    }
    if (user.equals("root")) {
      return Path.of("/var/lib/millrace");
    }
    var dataHome = environment.getOrDefault("XDG_DATA_HOME", "");
    return (dataHome.isEmpty() ? Path.of(home, ".local", "share") : Path.of(dataHome))
        .resolve("millrace");
  }

  /// systemd's `$RUNTIME_DIRECTORY`, else a private folder in `/dev/shm` that belongs to this data
  /// directory and user, else a folder of the data directory.
  public static Path runDir(Map<String, String> environment, Path dataDir, String user) {
    var runtime = environment.getOrDefault("RUNTIME_DIRECTORY", "");
    if (!runtime.isEmpty()) {
      return Path.of(firstOf(runtime));
    }
    if (Files.isWritable(MEMORY)) {
      var checksum = new CRC32C();
      checksum.update((user + ":" + dataDir).getBytes(StandardCharsets.UTF_8));
      return MEMORY.resolve("millrace-" + HexFormat.of().toHexDigits((int) checksum.getValue()));
    }
    return dataDir.resolve("run");
  }

  private static String firstOf(String colonSeparated) {
    int colon = colonSeparated.indexOf(':');
    return colon < 0 ? colonSeparated : colonSeparated.substring(0, colon);
  }
}
