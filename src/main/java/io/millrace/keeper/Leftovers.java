package io.millrace.keeper;

import io.millrace.keeper.os.Cgroup;
import io.millrace.keeper.os.ProcessTree;
import io.millrace.run.Outcome;
import io.millrace.run.OutputCounts;
import io.millrace.run.Usage;
import io.millrace.spool.ExitRecord;
import io.millrace.spool.RunDirectory;
import io.millrace.spool.Segment;
import io.millrace.spool.Stream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a keeper that was killed left behind: attempts that had started and of which nobody knows
/// how they ended.
///
/// Their processes are ended and they are written down as lost, before anybody is let in.
final class Leftovers {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofMillis(2);

  private Leftovers() {}

  static void clear(Host host) throws IOException {
    var orphaned = new ArrayList<RunDirectory>();
    for (var directory : RunDirectory.list(host.spool())) {
      if (directory.readStarted().isPresent() && directory.readExit().isEmpty()) {
        orphaned.add(directory);
      }
    }
    endCgroups(host);
    for (var directory : orphaned) {
      endTree(host, directory);
      writeLost(host, directory);
    }
    if (!orphaned.isEmpty()) {
      KeeperLog.warn("an earlier keeper was killed: " + orphaned.size() + " attempts are lost");
    }
  }

  private static void endCgroups(Host host) throws IOException {
    var cgroups = host.capabilities().cgroups();
    if (cgroups.isPresent()) {
      cgroups.get().leftBehind().forEach(Cgroup::kill);
    }
  }

  /// Kills until nothing bears the attempt's mark any more.
  private static void endTree(Host host, RunDirectory directory) throws IOException {
    var mark = Launch.mark(directory.run(), directory.attempt());
    var tree = new ProcessTree(host.processes(), mark, Optional.empty(), Optional.empty(), false);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (tree.count() > 0 && System.nanoTime() - end < 0) {
      tree.kill();
      host.loop().turn(LOOK);
    }
  }

  private static void writeLost(Host host, RunDirectory directory) throws IOException {
    var start = start(directory);
    boolean sameBoot =
        start.filter(mark -> mark.by().bootId().equals(host.identity().bootId())).isPresent();
    long firstOffset = start.map(StartMark::firstOffset).orElse(0L);
    directory.writeExit(
        new ExitRecord(
            directory.run(),
            directory.attempt(),
            host.identity().bootId(),
            start.map(StartMark::at),
            host.clock().instant(),
            new Outcome.Lost(
                sameBoot ? "its keeper was killed" : "the machine restarted while it ran"),
            Usage.NONE,
            counts(directory, firstOffset),
            firstOffset,
            Optional.empty()));
  }

  private static Optional<StartMark> start(RunDirectory directory) throws IOException {
    try {
      return directory.readStarted().map(StartMark::of);
    } catch (RuntimeException damaged) {
      return Optional.empty();
    }
  }

  /// What of its output can still be read, gaps counted as bytes of stdout.
  private static OutputCounts counts(RunDirectory directory, long firstOffset) throws IOException {
    long end = firstOffset;
    long stderr = 0;
    long gaps = 0;
    try (var reader = directory.openReader(firstOffset)) {
      for (long first : reader.offsets()) {
        gaps += Math.max(0, first - end);
        end = Math.max(end, first);
        for (var frame : reader.segment(first).map(Segment::index).orElse(List.of())) {
          stderr += frame.stream() == Stream.STDERR ? frame.end() - end : 0;
          end = frame.end();
        }
      }
    }
    long bytes = end - firstOffset;
    return new OutputCounts(bytes, bytes - stderr, stderr, gaps);
  }
}
