package io.millrace.keeper;

import io.millrace.keeper.os.Cgroup;
import io.millrace.keeper.os.ProcessTree;
import io.millrace.run.Outcome;
import io.millrace.run.OutputCounts;
import io.millrace.run.Usage;
import io.millrace.spool.ExitRecord;
import io.millrace.spool.OutputTally;
import io.millrace.spool.RunDirectory;
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

  /// What it found lost, written down or not: a disk may be full, a directory damaged, and none of
  /// that keeps a keeper from its work.
  static List<ExitRecord> clear(Host host) throws IOException {
    var orphaned = new ArrayList<RunDirectory>();
    for (var directory : RunDirectory.list(host.spool())) {
      if (isOrphaned(host, directory)) {
        orphaned.add(directory);
      }
    }
    endCgroups(host);
    var lost = new ArrayList<ExitRecord>();
    for (var directory : orphaned) {
      endTree(host, directory);
      lost.add(lost(host, directory));
    }
    if (!orphaned.isEmpty()) {
      KeeperLog.warn("an earlier keeper was killed: " + orphaned.size() + " attempts are lost");
    }
    return lost;
  }

  /// Any trace of a start counts, and so does what cannot be read: nothing may run twice.
  private static boolean isOrphaned(Host host, RunDirectory directory) {
    try {
      return directory.readExit().isEmpty()
          && (directory.hasStarted() || hasOutput(directory) || tree(host, directory).count() > 0);
    } catch (IOException | RuntimeException unreadable) {
      KeeperLog.warn(directory.run() + ": its directory cannot be read: " + unreadable);
      return true;
    }
  }

  private static boolean hasOutput(RunDirectory directory) throws IOException {
    try (var reader = directory.openReader(0)) {
      return !reader.offsets().isEmpty();
    }
  }

  private static ProcessTree tree(Host host, RunDirectory directory) {
    var mark = Launch.mark(directory.run(), directory.attempt());
    return new ProcessTree(host.processes(), mark, Optional.empty(), Optional.empty(), false);
  }

  private static void endCgroups(Host host) throws IOException {
    var cgroups = host.capabilities().cgroups();
    if (cgroups.isPresent()) {
      cgroups.get().leftBehind().forEach(Cgroup::kill);
    }
  }

  /// Kills until nothing bears the attempt's mark any more.
  private static void endTree(Host host, RunDirectory directory) throws IOException {
    var tree = tree(host, directory);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (tree.count() > 0 && System.nanoTime() - end < 0) {
      tree.kill();
      host.loop().turn(LOOK);
    }
  }

  private static ExitRecord lost(Host host, RunDirectory directory) {
    var start = start(directory);
    boolean sameBoot =
        start.filter(mark -> mark.by().bootId().equals(host.identity().bootId())).isPresent();
    long firstOffset = start.map(StartMark::firstOffset).orElse(0L);
    var record =
        new ExitRecord(
            directory.run(),
            directory.attempt(),
            host.identity().bootId(),
            start.map(StartMark::at),
            host.clock().instant(),
            new Outcome.Lost(why(start.isPresent(), sameBoot, directory.hasExit())),
            Usage.NONE,
            counts(directory, firstOffset),
            firstOffset,
            Optional.empty());
    try {
      directory.writeExit(record);
    } catch (IOException | RuntimeException full) {
      KeeperLog.warn(
          directory.run() + ": that it is lost cannot be written down (" + full.getMessage() + ")");
    }
    return record;
  }

  private static String why(boolean markIsWhole, boolean sameBoot, boolean hasExit) {
    if (hasExit) {
      return "the record of its end is damaged";
    }
    if (!markIsWhole) {
      return "its keeper was killed, and the record of its start is damaged";
    }
    return sameBoot ? "its keeper was killed" : "the machine restarted while it ran";
  }

  private static Optional<StartMark> start(RunDirectory directory) {
    try {
      return directory.readStarted().map(StartMark::of).filter(mark -> mark.firstOffset() >= 0);
    } catch (IOException | RuntimeException damaged) {
      return Optional.empty();
    }
  }

  /// What of its output can still be read, gaps counted as bytes of stdout.
  private static OutputCounts counts(RunDirectory directory, long firstOffset) {
    try {
      return OutputTally.inSpool(directory, firstOffset);
    } catch (IOException | RuntimeException unreadable) {
      KeeperLog.warn(directory.run() + ": its output cannot be counted: " + unreadable);
      return OutputCounts.ZERO;
    }
  }
}
