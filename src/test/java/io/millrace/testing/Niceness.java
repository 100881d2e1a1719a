package io.millrace.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The niceness that these tests run with, and so the services they start.
public final class Niceness {
  public static final int OWN = own();

  private Niceness() {}

  /// Field 19 of proc_pid_stat(5); the name before may hold blanks.
  private static int own() {
    try {
      var stat = Files.readString(Path.of("/proc/self/stat"));
      return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16]);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
