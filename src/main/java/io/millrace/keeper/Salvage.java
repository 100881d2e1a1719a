package io.millrace.keeper;

import io.millrace.keeper.os.PidFd;
import io.millrace.spool.OutputWriter;
import java.time.Duration;

/// The end of an attempt that can no longer be looked after, because the keeper made a mistake with
/// it or could not watch it: needs as little of the keeper as can be, and comes to an end in any
/// case.
///
/// Belongs to the loop.
final class Salvage implements Loop.Owner {
  private static final Duration PAUSE = Duration.ofMillis(20);

  /// After half a minute it is told as over all the same; the keeper's sweep ends whatever is left.
  private static final int MOST_STEPS = 1500;

  private final Host host;
  private final Birth birth;
  private final OutputWriter writer;
  private final Runnable over;
  private boolean mainIsOver;
  private int steps;

  /// @param over called once, when nothing of it is alive and all of it is given back
  Salvage(Host host, Birth birth, OutputWriter writer, boolean mainIsOver, Runnable over) {
    this.host = host;
    this.birth = birth;
    this.writer = writer;
    this.mainIsOver = mainIsOver;
    this.over = over;
  }

  void begin() {
    birth.unwatch(host.loop());
    step();
  }

  private void step() {
    boolean gone = false;
    try {
      gone = end();
    } catch (RuntimeException | Error mistake) {
      if (steps == 0) {
        KeeperLog.error("process " + birth.pid() + " could not be ended at once", mistake);
      }
    }
    if (gone || ++steps > MOST_STEPS) {
      giveBack();
      over.run();
    } else {
      host.loop().after(PAUSE, this::step, this);
    }
  }

  /// Whether nothing is left.
  private boolean end() {
    birth.tree().kill();
    if (!mainIsOver && PidFd.reap(birth.pidfd()).isPresent()) {
      mainIsOver = true;
      host.mainPids().remove(birth.pid());
      birth.tree().mainHasEnded();
    }
    return mainIsOver && birth.tree().leftBehind() == 0;
  }

  private void giveBack() {
    try {
      writer.close();
      birth.release(host);
    } catch (RuntimeException | Error further) {
      KeeperLog.error("not all of process " + birth.pid() + " could be given back", further);
    }
  }

  @Override
  public void failed(Throwable mistake) {
    KeeperLog.error("the end of process " + birth.pid() + " could not be told", mistake);
  }
}
