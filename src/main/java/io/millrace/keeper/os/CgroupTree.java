package io.millrace.keeper.os;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Finds out what this machine's cgroup v2 allows the keeper to do, by doing it once.
///
/// Runs go to a folder beside the service's processes: `<cgroup of the service>/<name>`.
/// Controllers can only be passed down by a cgroup without processes of its own (cgroups(7), "no
/// internal processes"), so the service's processes then move to a leaf, `millrace-service`; that
/// is done only where the cgroup certainly is the service's alone.
public sealed interface CgroupTree {
  /// Usable; `limits` says in a sentence which limits can be enforced, or why none.
  record Usable(Cgroups cgroups, String limits) implements CgroupTree {}

  /// Not usable, with the reason.
  record None(String reason) implements CgroupTree {}

  Set<String> WANTED = Set.of("cpu", "memory", "pids");

  /// @param name of the folder, the same at the next start, and different for every data directory
  static CgroupTree open(String name) {
    try {
      var home = home();
      return home.isEmpty()
          ? new None("there is no cgroup v2 file system")
          : make(home.get(), name);
    } catch (AccessDeniedException e) {
      return new None("this user may not write to " + e.getMessage());
    } catch (IOException | UncheckedIOException e) {
      return new None("cgroup v2 is there, but cannot be used: " + e.getMessage());
    }
  }

  private static CgroupTree make(Path home, String name) throws IOException {
    var root = home.resolve(name);
    Files.createDirectories(root);
    if (!Files.exists(root.resolve("cgroup.kill"))) {
      Files.delete(root);
      return new None("cgroup v2 of this kernel has no cgroup.kill (Linux 5.14)");
    }
    if (!mayMoveInto(root)) {
      Files.deleteIfExists(root);
      return new None(
          "no process may be moved into " + root + ": it is not delegated to this user");
    }
    var available = words(home.resolve("cgroup.controllers"));
    available.retainAll(WANTED);
    if (available.isEmpty()) {
      return usable(
          root,
          "none: cgroup v2 has no controllers here, they belong to version 1 or are not delegated");
    }
    var reason = CgroupControllers.passDown(home, root, available);
    return usable(root, reason.map(why -> "none: " + why).orElse(String.join(", ", available)));
  }

  private static CgroupTree usable(Path root, String limits) throws IOException {
    return new Usable(new Cgroups(root, words(root.resolve("cgroup.subtree_control"))), limits);
  }

  private static boolean mayMoveInto(Path root) throws IOException {
    var probe = Files.createDirectories(root.resolve("probe"));
    var move = List.of("/bin/sh", "-c", "echo 0 >\"$1\"/cgroup.procs", "sh", probe.toString());
    boolean moved = Trial.succeeds(move);
    // The process is gone, but its cgroup may be busy for some more milliseconds.
    for (int i = 0; i < 1000 && Files.exists(probe); i++) {
      if (!probe.toFile().delete()) {
        Thread.onSpinWait();
      }
    }
    return moved;
  }

  /// The cgroup that the service is in, or was in before it moved to its leaf.
  private static Optional<Path> home() throws IOException {
    var mounts = Files.readAllLines(Path.of("/proc/self/mountinfo"));
    var own = Files.readAllLines(Path.of("/proc/self/cgroup"));
    var path = own.stream().filter(line -> line.startsWith("0::/")).findFirst();
    var mount = mounts.stream().filter(line -> line.contains(" - cgroup2 ")).findFirst();
    if (path.isEmpty() || mount.isEmpty() || path.get().startsWith("0::/..")) {
      return Optional.empty();
    }
    var relative = path.get().substring("0::/".length());
    var home = Path.of(mount.get().split(" ")[4]).resolve(relative);
    return home.endsWith(CgroupControllers.SERVICE_LEAF)
        ? Optional.ofNullable(home.getParent())
        : Optional.of(home);
  }

  static Set<String> words(Path file) throws IOException {
    var text = Files.readString(file).strip();
    return text.isEmpty() ? new TreeSet<>() : new TreeSet<>(Arrays.asList(text.split("\\s+")));
  }
}
