package io.millrace.runner;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Finds programs as a shell does.
final class Programs {
  private Programs() {}

  /// A name with a slash is a path; another one is looked for in each folder of `searchPath`.
  static Optional<Path> find(String program, String searchPath) {
    if (program.contains("/")) {
      return Optional.of(Path.of(program)).filter(Programs::isProgram);
    }
    for (var folder : searchPath.split(":")) {
      var candidate = Path.of(folder, program);
      if (candidate.isAbsolute() && isProgram(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  private static boolean isProgram(Path path) {
    return Files.isRegularFile(path) && Files.isExecutable(path);
  }
}
