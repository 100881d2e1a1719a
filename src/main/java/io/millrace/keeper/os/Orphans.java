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
  private final PidList pids = new PidList();
  private final int adopted;
  private final int ownChildren;
  private final IntPredicate isMainProcess;
  private final Map<Integer, Long> marks = new HashMap<>();
  private final ProcFs proc = new ProcFs();

  /// To be made by the thread that spawns.
  ///
  /// @param isMainProcess whether a pid is one that the keeper spawned and has not yet reaped
  public Orphans(IntPredicate isMainProcess) throws SystemCallFailed {
    this.isMainProcess = isMainProcess;
    this.adopted = open(Self.pid());
    this.ownChildren = open(Self.threadId());
  }

  /// Learns of new orphans and reaps those that have ended.
  public void refresh() {
    // One that ends after the list was read leaves its children to us, and they are not on that
    // list: read again.
    do {
      take(adopted);
    } while (reap());
  }

  /// As [#refresh], and finds those too that made themselves children of the keeper (CLONE_PARENT).
  /// Its cost grows with the number of runs: meant for now and then.
  public void refreshThoroughly() {
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

  /// Whether a process is one of them, as of the last [#refresh].
  boolean has(int pid) {
    return marks.containsKey(pid);
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
    Fd.close(adopted);
    Fd.close(ownChildren);
  }

  /// A kernel without CONFIG_PROC_CHILDREN refuses.
  private static int open(int threadId) throws SystemCallFailed {
    var path = "/proc/self/task/" + threadId + "/children";
    return SystemCallFailed.check(path, Fd.open(path, Fd.O_RDONLY));
  }

  private void take(int children) {
    pids.readChildren(children);
    for (int i = 0; i < pids.size(); i++) {
      int pid = pids.pid(i);
      if (!isMainProcess.test(pid)) {
        marks.computeIfAbsent(pid, this::mark);
      }
    }
  }

  private long mark(int pid) {
    long mark = Mark.read(pid);
    return mark == -Errno.EPERM ? proc.markFromLimits(pid) : mark;
  }

  /// Whether any has ended.
  private boolean reap() {
    return !marks.isEmpty() && marks.keySet().removeIf(pid -> PidFd.reapByPid(pid).isPresent());
  }
}
