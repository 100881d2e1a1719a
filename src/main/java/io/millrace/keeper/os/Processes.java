package io.millrace.keeper.os;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/// What the keeper's loop knows of the machine's processes: one for all runs. See [ProcessTree].
public final class Processes implements AutoCloseable {
  private static final long MICROS_PER_TICK = 1_000_000 / 100;
  private static final long PAGE_BYTES = Libc.call(Libc.function("sysconf"), 30);

  private final Survey survey;
  private final Orphans orphans;
  private final ProcFs proc = new ProcFs();

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

  /// What each of these runs uses now, in one look at all processes; runs without a process are
  /// missing.
  public Map<Mark, TreeUsage> usage(Set<Mark> marks) {
    var usages = new HashMap<Mark, TreeUsage>();
    survey.of(
        mark -> marks.contains(new Mark(mark)),
        (pid, _, mark) -> usages.merge(new Mark(mark), usage(pid), TreeUsage::plus));
    return usages;
  }

  /// The largest resident set of a living process so far; 0 if it is gone.
  public long peakBytes(int pid) {
    return proc.peakBytes(pid);
  }

  Survey survey() {
    return survey;
  }

  ProcFs proc() {
    return proc;
  }

  private TreeUsage usage(int pid) {
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
