package io.millrace.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// A terminal in which bash types commands, stopping at the first that fails: a session of its own,
/// so that Ctrl-C reaches all it has started.
public final class Shell implements AutoCloseable {
  private static final Duration SAYS_WITHIN = Duration.ofMinutes(3);

  private final Process process;
  private final Path said;

  private Shell(Process process, Path said) {
    this.process = process;
    this.said = said;
  }

  public static Shell type(String commands, Path folder, Map<String, String> environment) {
    try {
      var said = Files.createTempFile("millrace-shell", ".txt");
      var builder =
          new ProcessBuilder(List.of("setsid", "bash", "-euo", "pipefail", "-c", commands))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile());
      builder.environment().putAll(environment);
      return new Shell(builder.start(), said);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Everything printed so far.
  public String said() {
    try {
      return Files.readString(said);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Waits until that is printed, and returns it.
  public String awaitText(Pattern wanted) {
    await()
        .atMost(SAYS_WITHIN)
        .failFast(
            () -> {
              if (!process.isAlive()) {
                throw new AssertionError("it ended: " + said());
              }
            })
        .until(() -> wanted.matcher(said()).find());
    return wanted.matcher(said()).results().findFirst().orElseThrow().group();
  }

  /// Waits for the end of the commands, and returns what they printed.
  ///
  /// @throws AssertionError when one failed
  public String awaitDone() {
    awaitEnd();
    if (process.exitValue() != 0) {
      throw new AssertionError("exit code " + process.exitValue() + ": " + said());
    }
    return said();
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(SAYS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("it does not end: " + said());
      }
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  /// Ctrl-C, if it has not ended.
  @Override
  public void close() {
    try {
      if (process.isAlive()) {
        new ProcessBuilder("kill", "-INT", "--", "-" + process.pid()).start().waitFor();
        awaitEnd();
      }
      Files.delete(said);
    } catch (IOException | InterruptedException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
