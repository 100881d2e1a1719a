package io.millrace.keeper.os;

import java.util.function.IntPredicate;

/// What the keeper's loop knows of the machine's processes: one for all runs. See [ProcessTree].
public final class Processes implements AutoCloseable {
  private static final long MICROS_PER_TICK = 1_000_000 / 100;
  private static final long PAGE_BYTES = Libc.call(Libc.function("sysconf"), 30);

  private static final int LOOKS = 3;

  private final Survey survey;
  private final Orphans orphans;
  private final Descendants descendants = new Descendants();
  private final ProcFs proc = new ProcFs();

  /// Grows with the keeper's own peak.
  private long believedFrom;

  /// To be made by the thread that spawns, after [Self#adoptOrphans].
  ///
  /// @param isMainProcess whether a pid is one that the keeper spawned and has not yet reaped
  public Processes(IntPredicate isMainProcess) throws SystemCallFailed {
    this.survey = new Survey();
    this.orphans = new Orphans(isMainProcess);
  }

  public Orphans orphans() {
    return orphans;
  }

  /// The largest resident set of a living process so far; 0 if it is gone.
  public long peakBytes(int pid) {
    return proc.peakBytes(pid);
  }

  /// Whether [Ended#peakBytesAtMost] is the run's own: larger than all that the keeper ever had,
  /// and clearly so, by a quarter: the kernel's counts of resident pages are approximate, by
  /// hundreds of pages for each thread. Free of cost for the many runs that are smaller.
  public boolean knowsPeak(Ended ended) {
    if (ended.peakBytesAtMost() > believedFrom) {
      long own = proc.peakBytes(Self.pid());
      believedFrom = own + own / 4;
    }
    return ended.peakBytesAtMost() > believedFrom;
  }

  /// Whether a process comes from this one, however far back: a run's, then. Whatever is orphaned
  /// comes to this one, so no ancestor is ever missing; one that ended meanwhile is taken for such.
  public boolean comesFromHere(int pid) {
    for (int look = 0; look < LOOKS; look++) {
      int at = proc.parent(pid);
      while (at > 0 && at != Self.pid()) {
        at = proc.parent(at);
      }
      if (at >= 0) {
        return at > 0;
      }
    }
    return true;
  }

  Survey survey() {
    return survey;
  }

  ProcFs proc() {
    return proc;
  }

  Descendants descendants() {
    return descendants;
  }

  TreeUsage usage(int pid) {
    if (!proc.read(pid, "stat")) {
      return TreeUsage.NOTHING;
    }
    long ticks = proc.statField(14) + proc.statField(15) + proc.statField(16) + proc.statField(17);
    long resident = proc.statField(24) * PAGE_BYTES;
    return new TreeUsage(ticks * MICROS_PER_TICK, resident, proc.peakBytes(pid), 1);
  }

  @Override
  public void close() {
    survey.close();
    orphans.close();
  }
}
