package io.millrace.keeper.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Passes cgroup controllers down to the runs.
final class CgroupControllers {
  static final String SERVICE_LEAF = "millrace-service";

  private CgroupControllers() {}

  /// Why it cannot be done; empty when it is.
  static Optional<String> passDown(Path home, Path root, Set<String> controllers)
      throws IOException {
    var enable = controllers.stream().map(name -> "+" + name).collect(Collectors.joining(" "));
    int result = enable(home, controllers, enable);
    if (result == -Errno.EBUSY) {
      if (!belongsToService(home)) {
        return Optional.of(
            "other processes share " + home + " (under systemd, say Delegate=yes in the unit)");
      }
      moveServiceToLeaf(home);
      result = enable(home, controllers, enable);
    }
    if (result == 0) {
      result = enable(root, controllers, enable);
    }
    return result == 0
        ? Optional.empty()
        : Optional.of(home + "/cgroup.subtree_control: " + Errno.describe(-result));
  }

  private static int enable(Path cgroup, Set<String> controllers, String enable)
      throws IOException {
    var file = cgroup.resolve("cgroup.subtree_control");
    return CgroupTree.words(file).containsAll(controllers) ? 0 : Fd.put(file.toString(), enable);
  }

  /// A delegated cgroup is the service's; so is the topmost one that a container sees, and one with
  /// only the service's own family in it.
  private static boolean belongsToService(Path home) throws IOException {
    return isDelegated(home) || isTopOfContainer(home) || holdsFamilyOnly(home);
  }

  /// systemd marks what it delegates, systemd.resource-control(5).
  private static boolean isDelegated(Path home) {
    return ExtendedAttribute.is(home, "trusted.delegate", "1")
        || ExtendedAttribute.is(home, "user.delegate", "1");
  }

  private static boolean isTopOfContainer(Path home) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/cgroup")).contains("0::/")
        && Files.exists(home.resolve("cgroup.type"));
  }

  private static boolean holdsFamilyOnly(Path home) throws IOException {
    var server = ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L);
    for (var line : Files.readAllLines(home.resolve("cgroup.procs"))) {
      var process = ProcessHandle.of(Long.parseLong(line));
      while (process.isPresent() && process.get().pid() != server) {
        process = process.get().parent();
      }
      if (process.isEmpty()) {
        return false;
      }
    }
    return server != 1;
  }

  private static void moveServiceToLeaf(Path home) throws IOException {
    var leaf = Files.createDirectories(home.resolve(SERVICE_LEAF)).resolve("cgroup.procs");
    for (int round = 0; round < 10; round++) {
      var pids = Files.readAllLines(home.resolve("cgroup.procs"));
      if (pids.isEmpty()) {
        return;
      }
      for (var pid : pids) {
        Fd.put(leaf.toString(), pid);
      }
    }
  }
}
