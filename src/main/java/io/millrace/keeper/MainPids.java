package io.millrace.keeper;

import java.util.HashSet;
import java.util.Set;
import java.util.function.IntPredicate;

/// The main processes that were started and not reaped yet: they are not orphans. Belongs to the
/// loop.
final class MainPids implements IntPredicate {
  private final Set<Integer> pids = new HashSet<>();

  void add(int pid) {
    pids.add(pid);
  }

  void remove(int pid) {
    pids.remove(pid);
  }

  @Override
  public boolean test(int pid) {
    return pids.contains(pid);
  }
}
