package io.millrace.runner;

import io.millrace.spool.RunDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings what has ended to the disk while the database is away: there it survives a power cut, and
/// memory is free for what still runs.
///
/// Owned by [Finisher]'s context. Blocks.
final class Shelter {
  private static final Logger LOG = LoggerFactory.getLogger(Shelter.class);

  private final Set<RunDirectory> moved = new HashSet<>();

  /// Moves as many as it can in the time.
  ///
  /// One whose end the keeper could not write down stays where it is: its directory alone tells
  /// that it was started.
  void take(Collection<Ending> waiting, Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    for (var ending : waiting) {
      if (System.nanoTime() - end > 0) {
        return;
      }
      var directory = ending.live().directory();
      try {
        if (!moved.contains(directory) && directory.readExit().isPresent()) {
          directory.moveToDisk();
          moved.add(directory);
        }
      } catch (IOException failure) {
        LOG.warn(
            "run {}: its result stays in memory, the disk does not take it ({}). Make room on the"
                + " disk of the data directory.",
            ending.live().id(),
            failure.toString());
        return;
      }
    }
  }

  /// Its result is durable.
  void forget(Ending ending) {
    moved.remove(ending.live().directory());
  }

  /// How many lie on the disk alone.
  int count() {
    return moved.size();
  }
}
