package io.millrace.keeper.os;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds programs of this machine by name.
public final class Programs {
  /// Where they are looked for, and what a script finds as `PATH`.
  public static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  static final List<String> ENVIRONMENT = List.of("PATH=" + PATH, "LC_ALL=C");

  private Programs() {}

  /// The absolute path of a program that this process may execute.
  public static Optional<String> find(String name) {
    return Stream.of(PATH.split(":"))
        .map(folder -> folder + "/" + name)
        .filter(Programs::isExecutable)
        .findFirst();
  }

  /// Whether this process may execute the file at a path.
  public static boolean isExecutable(String path) {
    int folder = Fd.openDirectory(path);
    if (folder >= 0) {
      Fd.close(folder);
    }
    return folder < 0 && FileAccess.mayExecute(path) == 0;
  }
}
