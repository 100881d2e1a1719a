package io.millrace.journey;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/// What runs could leave behind on a machine, found without asking the service.
final class Remains {
  private static final String RUN = "MILLRACE_RUN_ID=";
  private static final int ID_LENGTH = 36;
  private static final int CGROUPS_DEEP = 6;

  private Remains() {}

  /// Processes with the environment of one of `runs`.
  static List<String> processesOf(Set<String> runs) throws IOException {
    var found = new ArrayList<String>();
    for (var process : processes()) {
      var words = read(process.resolve("environ")).split("\0");
      Arrays.stream(words)
          .filter(word -> word.startsWith(RUN) && runs.contains(word.substring(RUN.length())))
          .map(word -> process + " " + word + " " + read(process.resolve("cmdline")))
          .forEach(found::add);
    }
    return found;
  }

  static List<Path> runDirectories(Path... roots) throws IOException {
    var found = new ArrayList<Path>();
    for (var root : roots) {
      try (var entries = Files.list(root)) {
        entries
            .filter(entry -> entry.getFileName().toString().indexOf('.') == ID_LENGTH)
            .forEach(found::add);
      }
    }
    return found;
  }

  /// Groups with a process in them, below the one that belongs to this data directory: empty ones
  /// are kept for the next runs.
  static List<Path> cgroups(Path dataDir) throws IOException {
    var checksum = new CRC32C();
    checksum.update(dataDir.toString().getBytes(StandardCharsets.UTF_8));
    var name = "millrace-" + HexFormat.of().toHexDigits((int) checksum.getValue());
    try (var groups =
        Files.find(Path.of("/sys/fs/cgroup"), CGROUPS_DEEP, (path, facts) -> facts.isDirectory())) {
      return groups
          .filter(path -> path.getParent().getFileName().toString().equals(name))
          .filter(path -> read(path.resolve("cgroup.events")).contains("populated 1"))
          .toList();
    }
  }

  /// Children that have ended and were not reaped (proc_pid_stat(5)).
  static List<String> zombiesOf(long parent) throws IOException {
    var found = new ArrayList<String>();
    for (var process : processes()) {
      var stat = read(process.resolve("stat"));
      var facts = stat.substring(stat.lastIndexOf(')') + 1).strip();
      if (facts.startsWith("Z " + parent + " ")) {
        found.add(stat);
      }
    }
    return found;
  }

  private static List<Path> processes() throws IOException {
    try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
      return entries.filter(entry -> entry.getFileName().toString().matches("\\d+")).toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException | SecurityException goneOrNotOurs) {
      return "";
    }
  }
}
