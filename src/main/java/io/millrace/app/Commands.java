package io.millrace.app;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Runs short helper programs to their end, with an environment that holds nothing of ours.
final class Commands {
  /// What such a program finds in its environment; messages come in English.
  static final Map<String, String> ENVIRONMENT =
      Map.of("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C");

  private Commands() {}

  /// @param out both streams, as they came
  record Result(int code, String out) {}

  static Result run(Path folder, String... command) throws IOException {
    return run(folder, List.of(command));
  }

  static Result run(Path folder, List<String> command) throws IOException {
    var process = builder(folder, command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), out);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for " + command.getFirst());
    }
  }

  static ProcessBuilder builder(Path folder, List<String> command) {
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(ENVIRONMENT);
    return builder;
  }
}
