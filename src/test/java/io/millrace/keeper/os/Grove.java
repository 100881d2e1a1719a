package io.millrace.keeper.os;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.keeper.os.Spawned.Running;
import io.millrace.keeper.os.Streams.NoInput;
import io.millrace.keeper.os.Streams.Piped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// A keeper in small, on the test's own thread: starts scripts as process trees and ends them.
final class Grove implements AutoCloseable {
  /// In the arguments of every process of these tests, to look for survivors by something else than
  /// the mark.
  static final String SIGN = "97531";

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private final Set<Integer> mainPids = new HashSet<>();
  final Processes processes;
  final Optional<Cgroups> cgroups;

  Grove(Optional<Cgroups> cgroups) throws SystemCallFailed {
    Self.adoptOrphans();
    this.processes = new Processes(mainPids::contains);
    this.cgroups = cgroups;
  }

  /// One script with its output on one pipe.
  record Planted(Running main, ProcessTree tree, Optional<Cgroup> cgroup, int output, Mark mark) {}

  Planted plant(String script) throws IOException {
    return plant(script, Wrapping.NONE);
  }

  Planted plant(String script, CgroupLimits limits) throws IOException {
    return plant(script, Wrapping.NONE, limits);
  }

  Planted plant(String script, Wrapping plain) throws IOException {
    return plant(script, plain, CgroupLimits.NONE);
  }

  /// In a cgroup of its own, where there are any.
  private Planted plant(String script, Wrapping plain, CgroupLimits limits) throws IOException {
    var cgroup =
        cgroups.isPresent() ? Optional.of(cgroups.get().acquire(limits)) : Optional.<Cgroup>empty();
    boolean isBornThere = cgroup.isPresent() && Bash.SPAWNER.bearsIntoCgroups();
    var wrapping =
        new Wrapping(
            plain.umask(),
            plain.nice(),
            plain.openFiles(),
            plain.user(),
            isBornThere ? Optional.empty() : cgroup,
            plain.isolation());
    var birthplace = isBornThere ? OptionalInt.of(cgroup.get().directory()) : OptionalInt.empty();
    var mark = Bash.newMark();
    var out = Pipe.forOutput();
    var command = List.of("/bin/bash", "-c", script);
    var streams = new Piped(new NoInput(), out.writeEnd(), out.writeEnd());
    var request = new SpawnRequest(command, Bash.ENVIRONMENT, "/", streams, mark, birthplace);
    var main = Bash.started(wrapping.around(request));
    mainPids.add(main.pid());
    Fd.close(out.writeEnd());
    var tree =
        new ProcessTree(processes, mark, Optional.of(main), cgroup, plain.isolation().isPresent());
    return new Planted(main, tree, cgroup, out.readEnd(), mark);
  }

  /// Waits for the main process alone.
  Ended awaitMain(Planted planted) {
    Fd.poll(planted.main().pidfd(), Fd.IN, -1);
    planted.tree().mainHasEnded();
    var ended = Bash.end(planted.main());
    mainPids.remove(planted.main().pid());
    return ended;
  }

  /// Ends what is left, and waits until nothing is.
  void fell(Planted planted) {
    until(
        () -> {
          boolean gone = planted.tree().leftBehind() == 0;
          if (!gone) {
            planted.tree().kill();
          }
          return gone;
        });
    Fd.close(planted.output());
    planted.cgroup().ifPresent(cgroup -> cgroups.orElseThrow().release(cgroup));
  }

  /// Waits for a condition, and gives way to others meanwhile.
  static void until(BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
      Fd.poll(-1, 0, 1);
    }
  }

  /// The command lines of living processes that carry the sign.
  static List<String> survivors() {
    try (var folders = Files.list(Path.of("/proc"))) {
      return folders
          .filter(folder -> folder.getFileName().toString().matches("\\d+"))
          .map(Grove::commandLine)
          .filter(line -> line.contains(SIGN))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String commandLine(Path folder) {
    try {
      return Files.readString(folder.resolve("cmdline")).replace('\0', ' ');
    } catch (IOException gone) {
      return "";
    }
  }

  @Override
  public void close() {
    processes.close();
  }
}
