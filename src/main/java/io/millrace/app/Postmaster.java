package io.millrace.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A running PostgreSQL server, as its `postmaster.pid` tells (PostgreSQL source, pidfile.h): line
/// 1 pid, 4 port, 8 status.
///
/// A pid alone proves nothing, it may have been given to a stranger since. The server is ours when
/// its command line is that of a `postgres` on our folder.
///
/// @param ready whether it accepts connections; before that it starts or recovers
record Postmaster(long pid, int port, boolean ready) {

  /// The server on `cluster`, if one lives.
  static Optional<Postmaster> find(Path cluster) throws IOException {
    return lines(cluster)
        .filter(lines -> lines.size() >= 4)
        .map(
            lines ->
                new Postmaster(
                    Long.parseLong(lines.get(0).strip()),
                    Integer.parseInt(lines.get(3).strip()),
                    lines.size() >= 8 && lines.get(7).strip().equals("ready")))
        .filter(found -> found.serves(cluster));
  }

  boolean serves(Path cluster) {
    return command().map(words -> isServer(words, cluster)).orElse(false);
  }

  /// Whether it certainly lives no more: not when that cannot be looked up, for want of a
  /// descriptor.
  boolean hasGone(Path cluster) {
    return command()
        .map(words -> !isServer(words, cluster))
        .orElseGet(() -> Files.notExists(process()));
  }

  private static boolean isServer(List<String> command, Path cluster) {
    return command.getFirst().endsWith("/postgres") && command.contains(cluster.toString());
  }

  private Optional<List<String>> command() {
    try {
      return Optional.of(List.of(Files.readString(process().resolve("cmdline")).split("\0")));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  private Path process() {
    return Path.of("/proc", Long.toString(pid));
  }

  /// Whether any server process, the postmaster or one it left behind, still works on `cluster`.
  static boolean anyProcessOn(Path cluster) {
    return ProcessHandle.allProcesses()
        .map(process -> Path.of("/proc", Long.toString(process.pid()), "cwd"))
        .anyMatch(cwd -> leadsTo(cwd, cluster));
  }

  /// Removes a `postmaster.pid` whose pid has another process by now: PostgreSQL would take that
  /// one for a server.
  ///
  /// Only to be called when no process works on the folder.
  static void forgetStranger(Path cluster) throws IOException {
    var pid = lines(cluster).filter(lines -> !lines.isEmpty()).map(List::getFirst);
    if (pid.isPresent() && Files.exists(Path.of("/proc", pid.get().strip()))) {
      Files.deleteIfExists(file(cluster));
    }
  }

  private static boolean leadsTo(Path link, Path target) {
    try {
      return Files.readSymbolicLink(link).equals(target);
    } catch (IOException | SecurityException goneOrNotOurs) {
      return false;
    }
  }

  private static Optional<List<String>> lines(Path cluster) throws IOException {
    try {
      return Optional.of(Files.readAllLines(file(cluster)));
    } catch (NoSuchFileException notRunning) {
      return Optional.empty();
    }
  }

  private static Path file(Path cluster) {
    return cluster.resolve("postmaster.pid");
  }
}
