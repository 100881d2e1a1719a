package io.millrace.keeper.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The cgroups of all runs: folders below one that is the keeper's alone.
///
/// A folder is used for many runs, one after another, as making one costs 50 µs and taking it away
/// 35; one with limits serves one run.
public final class Cgroups {
  private static final int KEPT = 64;

  private final Path root;
  private final Set<String> controllers;
  private final Deque<Cgroup> free = new ArrayDeque<>();
  private final List<Cgroup> toRemove = new ArrayList<>();
  private long made;

  Cgroups(Path root, Set<String> controllers) {
    this.root = root;
    this.controllers = Set.copyOf(controllers);
  }

  /// Of `cpu`, `memory` and `pids` those whose limits can be enforced here.
  public Set<String> controllers() {
    return controllers;
  }

  public Path root() {
    return root;
  }

  /// An empty cgroup with these limits; the caller gives it back with [#release].
  public Cgroup acquire(CgroupLimits limits) throws IOException {
    var kept = limits.isNone() ? free.poll() : null;
    if (kept != null) {
      kept.begin();
      return kept;
    }
    var path = root.resolve("run-" + Self.pid() + "-" + made++);
    Files.createDirectory(path);
    var cgroup = new Cgroup(path, !limits.isNone());
    for (var file : limits.files().entrySet()) {
      int result = Fd.put(cgroup.directory(), file.getKey(), file.getValue());
      if (result < 0 && !(file.getKey().equals("memory.swap.max") && result == -Errno.ENOENT)) {
        release(cgroup);
        throw new IOException(path + "/" + file.getKey() + ": " + Errno.describe(-result));
      }
    }
    return cgroup;
  }

  /// Takes an empty cgroup back. Also tries again to remove those that were busy before.
  public void release(Cgroup cgroup) {
    toRemove.removeIf(Cgroup::remove);
    if (free.size() < KEPT && cgroup.isFresh()) {
      free.push(cgroup);
    } else if (!cgroup.remove()) {
      toRemove.add(cgroup);
    }
  }

  /// The cgroups of an earlier keeper that was killed, with whatever still lives in them; empty
  /// ones are removed.
  public List<Cgroup> leftBehind() throws IOException {
    var found = new ArrayList<Cgroup>();
    try (var folders = Files.newDirectoryStream(root, "run-*")) {
      for (var folder : folders) {
        var cgroup = open(folder);
        if (cgroup.isPresent() && !isOurs(folder) && !cgroup.get().remove()) {
          found.add(cgroup.get());
        }
      }
    }
    return found;
  }

  private static boolean isOurs(Path folder) {
    return folder.getFileName().toString().startsWith("run-" + Self.pid() + "-");
  }

  private static Optional<Cgroup> open(Path folder) {
    try {
      return Optional.of(new Cgroup(folder, true));
    } catch (SystemCallFailed gone) {
      return Optional.empty();
    }
  }

  /// Removes all that are empty, and the folder above them.
  public void close() {
    free.removeIf(Cgroup::remove);
    toRemove.removeIf(Cgroup::remove);
    try {
      Files.deleteIfExists(root);
    } catch (IOException stillInUse) {
      // The next keeper finds it again.
    }
  }
}
