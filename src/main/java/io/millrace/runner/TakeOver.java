package io.millrace.runner;

import io.millrace.run.Outcome;
import io.millrace.spool.OutputTally;
import io.millrace.spool.RunDirectory;
import io.millrace.spool.SpoolRoots;
import io.millrace.store.Claimed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a server does at its start with the runs that an earlier life of it had claimed.
///
/// On the same boot they are simply begun again: the keeper knows whether an attempt runs, has
/// ended or never started, and starts it once. After a reboot, or in a new container, nothing of
/// them can be alive: one that left an exit record has ended as it says, every other one is lost.
/// Blocks; runs once, before the first submission.
final class TakeOver {
  private static final Logger LOG = LoggerFactory.getLogger(TakeOver.class);
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private final Path dataDir;
  private final SpoolRoots spool;
  private final LiveRuns live;
  private final Finisher finisher;
  private final InstantSource clock;

  TakeOver(Path dataDir, SpoolRoots spool, LiveRuns live, Finisher finisher, InstantSource clock) {
    this.dataDir = dataDir;
    this.spool = spool;
    this.live = live;
    this.finisher = finisher;
    this.clock = clock;
  }

  /// Sorts them out and says which are to be begun again.
  List<Claimed> sort(List<Claimed> claimed) throws IOException {
    removeStrangers(claimed);
    if (sameBoot()) {
      return claimed;
    }
    for (var one : claimed) {
      end(one);
    }
    return List.of();
  }

  private void end(Claimed one) throws IOException {
    var run = one.run();
    var directory = RunDirectory.of(spool, run.id(), run.attempt());
    var found = LiveRun.claimed(run, directory, System.nanoTime()).ended();
    live.put(found);
    var record = directory.readExit();
    finisher.end(
        record.isPresent()
            ? Ending.of(found.wrote(record.get().counts()), record.get())
            : lost(found.wrote(OutputTally.inSpool(directory, found.firstOffset()))));
  }

  private Ending lost(LiveRun run) {
    return Ending.neverStarted(
        run,
        new Outcome.Lost("the machine or its container restarted while it ran"),
        clock.instant(),
        Optional.empty());
  }

  /// Run directories of which the database knows no claimed run: their result is stored, only the
  /// removal was missed.
  private void removeStrangers(List<Claimed> claimed) throws IOException {
    Set<RunDirectory> known = new HashSet<>();
    claimed.forEach(one -> known.add(RunDirectory.of(spool, one.run().id(), one.attempt())));
    for (var directory : RunDirectory.list(spool)) {
      if (!known.contains(directory)) {
        LOG.info("run directory {}: removed, its result is stored", directory);
        directory.delete();
      }
    }
  }

  /// Whether the machine has not been restarted and this is still the run directory that a keeper
  /// wrote down its starts in: in memory, a container gets a new one each time.
  private boolean sameBoot() throws IOException {
    var now = Files.readString(BOOT_ID);
    boolean same = true;
    for (var folder : List.of(dataDir, spool.memory())) {
      var file = folder.resolve("boot-id");
      if (!Files.exists(file) || !Files.readString(file).equals(now)) {
        same = false;
        Files.writeString(file, now);
      }
    }
    return same;
  }
}
