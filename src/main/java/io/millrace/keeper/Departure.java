package io.millrace.keeper;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What comes after the end of a main process. DRAINING: what its children still write is waited
/// for, at most a second. CLEARING: whatever is left of the tree is stopped, until nothing is.
///
/// Belongs to the loop.
final class Departure {
  private static final Duration DRAIN = Duration.ofSeconds(1);
  private static final Duration FIRST_LOOK = Duration.ofMillis(1);
  private static final Duration LONGEST_LOOK = Duration.ofMillis(20);

  private final Loop loop;
  private final Loop.Owner owner;
  private final Birth birth;
  private final Stopper stopper;
  private final Runnable gone;
  private Phase phase = Phase.DRAINING;
  private Duration lookPause = FIRST_LOOK;
  private Loop.@Nullable Deadline next;

  private enum Phase {
    DRAINING,
    CLEARING,
    OVER
  }

  /// @param gone called once, when nothing is left of the tree
  Departure(Loop loop, Loop.Owner owner, Birth birth, Stopper stopper, Runnable gone) {
    this.loop = loop;
    this.owner = owner;
    this.birth = birth;
    this.stopper = stopper;
    this.gone = gone;
  }

  /// To be called when the main process has been reaped: whatever is left are orphans.
  void begin() {
    if (stopper.hasBegun()) {
      // Whoever is left has been asked to end as well, or is now.
      clear();
      return;
    }
    if (birth.outputIsOpen()) {
      next = loop.after(DRAIN, this::clear, owner);
    }
    outputEnded();
  }

  /// A pipe has come to its end. Goes on when nobody can write any more, or nobody is left who
  /// could.
  void outputEnded() {
    if (phase != Phase.DRAINING) {
      return;
    }
    if (!birth.outputIsOpen()) {
      clear();
    } else if (birth.tree().leftBehind() == 0) {
      birth.drainOutput();
      clear();
    }
  }

  /// Somebody else sees to what is left.
  void cease() {
    phase = Phase.OVER;
    if (next != null) {
      next.cancel();
    }
  }

  private void clear() {
    if (phase == Phase.DRAINING) {
      if (next != null) {
        next.cancel();
      }
      phase = Phase.CLEARING;
      look();
    }
  }

  /// Ends when nothing is left; else stops what is left and looks again.
  private void look() {
    if (birth.tree().leftBehind() == 0) {
      phase = Phase.OVER;
      gone.run();
      return;
    }
    stopper.stopNewcomers();
    next = loop.after(lookPause, this::look, owner);
    lookPause = lookPause.multipliedBy(2);
    if (lookPause.compareTo(LONGEST_LOOK) > 0) {
      lookPause = LONGEST_LOOK;
    }
  }
}
