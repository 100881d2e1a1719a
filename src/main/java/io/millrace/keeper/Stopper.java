package io.millrace.keeper;

import io.millrace.keeper.os.ProcessTree;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Ends a whole process tree: SIGTERM to every process, and after the grace SIGKILL, again and
/// again, until it is told to cease.
///
/// Belongs to the loop.
final class Stopper {
  private static final Duration BETWEEN_KILLS = Duration.ofMillis(20);

  private final Loop loop;
  private final Loop.Owner owner;
  private final Supplier<ProcessTree> tree;
  private Duration grace;
  private Loop.@Nullable Deadline kill;
  private boolean ceased;

  /// Pids that have had their SIGTERM. One that is forked while the others get theirs has it at the
  /// next look.
  private final Set<Integer> terminated = new HashSet<>();

  /// @param tree there is one when something is to be stopped
  Stopper(Loop loop, Loop.Owner owner, Supplier<ProcessTree> tree, Duration grace) {
    this.loop = loop;
    this.owner = owner;
    this.tree = tree;
    this.grace = grace;
  }

  /// Makes the grace shorter, never longer, even while it runs.
  void shorten(Duration wished) {
    if (wished.compareTo(grace) < 0) {
      grace = wished;
      if (kill != null && kill.left().compareTo(grace) > 0) {
        kill.cancel();
        kill = loop.after(grace, this::killAll, owner);
      }
    }
  }

  /// Asks all of it to end, and sees to it that it does within the grace. Once.
  void stop() {
    if (kill == null && !ceased) {
      tree.get().terminate(terminated);
      kill = loop.after(grace, this::killAll, owner);
    }
  }

  boolean hasBegun() {
    return kill != null;
  }

  /// Asks those that were forked since.
  void stopNewcomers() {
    stop();
    tree.get().terminate(terminated);
  }

  /// Nothing is left, or somebody else sees to it.
  void cease() {
    ceased = true;
    if (kill != null) {
      kill.cancel();
    }
  }

  private void killAll() {
    tree.get().kill();
    kill = loop.after(BETWEEN_KILLS, this::killAll, owner);
  }
}
