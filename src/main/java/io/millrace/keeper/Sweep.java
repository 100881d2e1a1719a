package io.millrace.keeper;

import java.time.Duration;
import java.util.function.LongPredicate;

/// Ends what belongs to no live run: a process that changed its own mark is nobody's once its
/// parent has gone.
///
/// Belongs to the loop.
final class Sweep implements Loop.Owner {
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final Host host;
  private final LongPredicate isLive;

  /// @param isLive whether a mark is that of a run that has not ended
  Sweep(Host host, LongPredicate isLive) {
    this.host = host;
    this.isLive = isLive;
  }

  /// Looks, and looks again by itself from then on.
  void look() {
    host.loop().after(PAUSE, this::look, this);
    var orphans = host.processes().orphans();
    orphans.refreshThoroughly();
    int strangers = orphans.killStrangers(isLive);
    if (strangers > 0) {
      KeeperLog.warn(strangers + " processes belonged to no live run: killed");
    }
  }

  @Override
  public void failed(Throwable mistake) {
    KeeperLog.error("a mistake of the keeper's own while it looked for strangers", mistake);
  }
}
