package io.millrace.keeper.os;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.function.LongPredicate;

/// The processes that this one adopted because their own parents have ended ([Self#adoptOrphans]).
///
/// When a run's main process has ended, whatever is left of the run hangs on an orphan: no orphan,
/// nothing left. That makes the usual end of a run one read of an empty file. The kernel gives
/// orphans to the process's first thread, which in a JVM spawns nothing, so the list needs no
/// sorting out. All of them are reaped here, by pid.
public final class Orphans implements AutoCloseable {
  private final PidList adopted;
  private final PidList ownChildren;
  private final IntPredicate isMainProcess;
  private final Map<Integer, Long> marks = new HashMap<>();
  private final ProcFs proc = new ProcFs();

  /// To be made by the thread that spawns.
  ///
  /// @param isMainProcess whether a pid is one that the keeper spawned and has not yet reaped
  public Orphans(IntPredicate isMainProcess) throws SystemCallFailed {
    this.isMainProcess = isMainProcess;
    this.adopted = PidList.ofChildren(Self.pid());
    this.ownChildren = PidList.ofChildren(Self.threadId());
  }

  /// Learns of new orphans and reaps those that have ended.
  public void refresh() {
    adopted.readChildren();
    take(adopted);
    reap();
  }

  /// As [#refresh], and finds those too that made themselves children of the keeper (CLONE_PARENT).
  /// Its cost grows with the number of runs: meant for now and then.
  public void refreshThoroughly() {
    ownChildren.readChildren();
    take(ownChildren);
    refresh();
  }

  /// How many there are alive, of all runs.
  public int size() {
    return marks.size();
  }

  /// How many of one run are alive, as of the last [#refresh].
  int living(Mark mark) {
    int count = 0;
    for (long orphan : marks.values()) {
      count += orphan == mark.value() ? 1 : 0;
    }
    return count;
  }

  /// The pids of those of one run. They are safe to signal: only this object sets them free, by
  /// reaping.
  void forEach(Mark mark, IntConsumer orphan) {
    marks.forEach(
        (pid, found) -> {
          if (found == mark.value()) {
            orphan.accept(pid);
          }
        });
  }

  /// Ends orphans that belong to no live run: of an ended one, or with a mark that they have made
  /// themselves.
  ///
  /// @param isLive whether a mark is that of a run that has not ended
  /// @return how many they were; they are gone from here at a later [#refresh]
  public int killStrangers(LongPredicate isLive) {
    int killed = 0;
    for (var orphan : marks.entrySet()) {
      if (!isLive.test(orphan.getValue())) {
        ProcessSignal.send(orphan.getKey(), Signal.KILL);
        killed++;
      }
    }
    return killed;
  }

  @Override
  public void close() {
    adopted.close();
    ownChildren.close();
  }

  private void take(PidList list) {
    for (int i = 0; i < list.size(); i++) {
      int pid = list.pid(i);
      if (!isMainProcess.test(pid)) {
        marks.computeIfAbsent(pid, this::mark);
      }
    }
  }

  private long mark(int pid) {
    long mark = Mark.read(pid);
    return mark == -Errno.EPERM ? proc.markFromLimits(pid) : mark;
  }

  private void reap() {
    if (!marks.isEmpty()) {
      marks.keySet().removeIf(pid -> PidFd.reapByPid(pid).isPresent());
    }
  }
}
