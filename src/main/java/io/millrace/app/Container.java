package io.millrace.app;

import java.nio.file.Files;
import java.nio.file.Path;

/// Whether this process lives in a container, where everything ends with process 1.
final class Container {
  private Container() {}

  /// Docker and Podman leave a file; being process 1 oneself says the same.
  static boolean isOne() {
    return ProcessHandle.current().pid() == 1
        || Files.exists(Path.of("/.dockerenv"))
        || Files.exists(Path.of("/run/.containerenv"));
  }
}
