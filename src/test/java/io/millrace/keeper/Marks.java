package io.millrace.keeper;

import io.millrace.keeper.os.Mark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Looks for processes by the mark that all of an attempt's bear.
final class Marks {
  private Marks() {}

  /// Pids that are alive, of all on this machine.
  static List<Integer> living(Script script) throws IOException {
    long mark = Launch.mark(script.run(), script.attempt()).value();
    try (var folders = Files.list(Path.of("/proc"))) {
      return folders
          .map(folder -> folder.getFileName().toString())
          .filter(name -> name.matches("\\d+"))
          .map(Integer::valueOf)
          .filter(pid -> Mark.ofProcess(pid).orElse(0) == mark && isAlive(pid))
          .toList();
    }
  }

  private static boolean isAlive(int pid) {
    try {
      var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return !stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
    } catch (IOException gone) {
      return false;
    }
  }
}
