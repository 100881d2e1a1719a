package io.millrace.keeper;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// The keeper's own few words, on stderr, which its launcher sends to a file.
final class KeeperLog {
  private KeeperLog() {}

  static void info(String message) {
    print("INFO", message);
  }

  static void warn(String message) {
    print("WARN", message);
  }

  /// A mistake of the keeper's own.
  static void error(String message, Throwable mistake) {
    var trace = new StringWriter();
    mistake.printStackTrace(new PrintWriter(trace));
    print("ERROR", message + ": " + trace.toString().strip());
  }

  private static void print(String level, String message) {
    System.err.println(
        Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + level + " keeper: " + message);
  }
}
