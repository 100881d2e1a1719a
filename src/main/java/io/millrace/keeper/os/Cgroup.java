package io.millrace.keeper.os;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// The cgroup of one run, cgroups(7): what is born in it stays in it, and can be ended at one blow.
///
/// `directory` is what [SpawnRequest#cgroup] wants. `events` becomes ready with [Fd#PRIORITY]
/// whenever [#isPopulated] changes.
public final class Cgroup {
  private final Path path;
  private final int directory;
  private final int events;
  private final boolean limited;
  private final CgroupFile file = new CgroupFile();
  private long cpuMicrosBefore;
  private boolean killed;

  Cgroup(Path path, boolean limited) throws SystemCallFailed {
    this.path = path;
    this.limited = limited;
    this.directory = SystemCallFailed.check(path.toString(), Fd.openDirectory(path.toString()));
    int opened = Fd.open(directory, Libc.cString("cgroup.events"), Fd.O_RDONLY);
    this.events = SystemCallFailed.check(path + "/cgroup.events", opened);
    begin();
  }

  /// Counts from here on.
  final void begin() {
    cpuMicrosBefore = file.read(directory, "cpu.stat").value("usage_usec").orElse(0);
  }

  public Path path() {
    return path;
  }

  public int directory() {
    return directory;
  }

  public int events() {
    return events;
  }

  /// Whether it can serve another run. Not with limits of its own, and not after [#kill]: Linux
  /// since 6.14 kills at birth what is born (CLONE_INTO_CGROUP) in a cgroup that was killed before,
  /// as it compares with the parent's cgroup (kill_seq).
  boolean isFresh() {
    return !limited && !killed && !hasDescendants();
  }

  /// Whether any process is alive in it or below. A zombie is not.
  public boolean isPopulated() {
    return file.readOpen(events).value("populated").orElse(0) != 0;
  }

  /// SIGKILL to everything in it and below, atomically, a fork in progress included: 0, or
  /// `-errno`.
  public int kill() {
    killed = true;
    return Fd.put(directory, "cgroup.kill", "1");
  }

  /// The processes in it and in cgroups that they have made below it.
  public List<Integer> pids() {
    var pids = new ArrayList<Integer>();
    for (var cgroup : withDescendants()) {
      try {
        Files.readAllLines(cgroup.resolve("cgroup.procs"))
            .forEach(pid -> pids.add(Integer.valueOf(pid)));
      } catch (IOException gone) {
        continue;
      }
    }
    return pids;
  }

  /// Whether a process is in it or below.
  boolean holds(int pid) {
    try {
      var name = path.subpath(path.getNameCount() - 2, path.getNameCount());
      return Files.readString(Path.of("/proc/" + pid + "/cgroup")).contains(name.toString());
    } catch (IOException gone) {
      return false;
    }
  }

  /// Processor time used in it, also without any controller.
  public long cpuMicros() {
    return file.read(directory, "cpu.stat").value("usage_usec").orElse(0) - cpuMicrosBefore;
  }

  /// What is in use now; empty without the memory controller.
  public OptionalLong memoryBytes() {
    return file.read(directory, "memory.current").first();
  }

  /// The most that was in use at once; empty without the memory controller and before Linux 5.19.
  public OptionalLong peakBytes() {
    return limited ? file.read(directory, "memory.peak").first() : OptionalLong.empty();
  }

  /// How many of its processes the kernel has ended for want of memory.
  public long outOfMemoryKills() {
    return file.read(directory, "memory.events").value("oom_kill").orElse(0);
  }

  boolean hasDescendants() {
    return file.read(directory, "cgroup.stat").value("nr_descendants").orElse(0) != 0;
  }

  /// Takes it away with what is below it; false while a process is left, or just after (EBUSY for
  /// some ms is normal).
  boolean remove() {
    for (var cgroup : withDescendants().reversed()) {
      if (!cgroup.equals(path) && !removed(cgroup)) {
        return false;
      }
    }
    if (!removed(path)) {
      return false;
    }
    Fd.close(events);
    Fd.close(directory);
    return true;
  }

  private static boolean removed(Path cgroup) {
    try {
      Files.deleteIfExists(cgroup);
      return true;
    } catch (IOException busy) {
      return false;
    }
  }

  private List<Path> withDescendants() {
    if (!hasDescendants()) {
      return List.of(path);
    }
    try (var all = Files.walk(path)) {
      return all.filter(Files::isDirectory).toList();
    } catch (IOException | UncheckedIOException changing) {
      return List.of(path);
    }
  }
}
