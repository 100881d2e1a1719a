package io.millrace.keeper.os;

import io.millrace.keeper.os.Spawned.Running;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// All processes of one run, wherever they hide: those in its cgroup, those with its mark, those
/// the keeper adopted.
///
/// Nothing here waits. Belongs to the keeper's loop.
public final class ProcessTree {
  /// A fork storm may have children faster than one look at all processes takes: so many looks at
  /// most in one call.
  private static final int LOOKS = 20;

  private final Processes processes;
  private final Mark mark;
  private final Optional<Cgroup> cgroup;
  private final boolean isIsolated;
  private Optional<Running> main;

  /// @param main the process that was spawned, until [#mainHasEnded]; empty for a run of an earlier
  ///   keeper
  /// @param isIsolated whether the run has a PID namespace of its own, see [Isolation]
  public ProcessTree(
      Processes processes,
      Mark mark,
      Optional<Running> main,
      Optional<Cgroup> cgroup,
      boolean isIsolated) {
    this.processes = processes;
    this.mark = mark;
    this.main = main;
    this.cgroup = cgroup;
    this.isIsolated = isIsolated;
  }

  /// To be told when the main process has been reaped, before its descriptor is closed.
  public void mainHasEnded() {
    main = Optional.empty();
  }

  /// How many processes are certainly left after the main process has ended (those below them are
  /// not counted); 0 means that nothing of the run is alive. Costs a few µs where nothing is left.
  ///
  /// A namespace in which nothing is left but its PID 1 is taken down.
  public int leftBehind() {
    processes.orphans().refresh();
    int orphans = processes.orphans().living(mark);
    if (orphans == 0 && cgroup.isPresent() && cgroup.get().isPopulated()) {
      return Math.max(1, cgroup.get().pids().size());
    }
    if (orphans > 0 && isIsolated && inside().isEmpty()) {
      kill();
    }
    return orphans;
  }

  /// How many processes there are, found by a look at all of the machine's: also those of a run
  /// that an earlier keeper started, which this one never adopted.
  public int count() {
    var found = new HashSet<Integer>();
    processes.survey().of(this::isOurs, (pid, _, _) -> found.add(pid));
    cgroup.ifPresent(group -> found.addAll(group.pids()));
    return found.size();
  }

  /// Sends SIGTERM and SIGCONT to every process that did not have them yet: `reached` remembers
  /// which did. Repeated, it reaches those too that were forked while it looked.
  public void terminate(Set<Integer> reached) {
    int before = reached.size();
    sweep(Signal.TERM, reached, isIsolated ? inside() : Set.of());
    if (reached.size() > before) {
      signal(Signal.CONT);
    }
  }

  /// Sends a signal to every process and says how many there were; of an isolated run, to those
  /// inside its namespace but PID 1, as what surrounds them ends with them. (SIGCONT goes to all:
  /// nsenter stops when the script stops.)
  public int signal(int signal) {
    var inside = isIsolated && signal != Signal.CONT ? inside() : Set.<Integer>of();
    var reached = new HashSet<Integer>();
    sweep(signal, reached, inside);
    return reached.size();
  }

  /// SIGKILL to every process, until no new one turns up. They take a moment to die: the tree is
  /// gone when [#leftBehind] says so; call again while it does not.
  public int kill() {
    cgroup.ifPresent(Cgroup::kill);
    var killed = new HashSet<Integer>();
    for (int look = 0; look < LOOKS && sweep(Signal.KILL, killed, Set.of()); look++) {
      processes.orphans().refresh();
    }
    return killed.size();
  }

  /// Whether any process was reached that is not in `reached` yet; they are then. `only` these,
  /// unless it is empty.
  private boolean sweep(int signal, Set<Integer> reached, Set<Integer> only) {
    int before = reached.size();
    processes
        .survey()
        .of(
            this::isOurs,
            (pid, pidfd, _) -> {
              if (isMeant(pid, only) && reached.add(pid)) {
                PidFd.signal(pidfd, signal);
              }
            });
    // It may have changed its own mark.
    if (main.isPresent() && isMeant(main.get().pid(), only) && reached.add(main.get().pid())) {
      PidFd.signal(main.get().pidfd(), signal);
    }
    processes
        .orphans()
        .forEach(
            mark,
            pid -> {
              if (isMeant(pid, only) && reached.add(pid)) {
                ProcessSignal.send(pid, signal);
              }
            });
    cgroup.ifPresent(group -> sweep(group, signal, reached, only));
    return reached.size() > before;
  }

  private static void sweep(Cgroup group, int signal, Set<Integer> reached, Set<Integer> only) {
    for (int pid : group.pids()) {
      int pidfd = reached.contains(pid) || !isMeant(pid, only) ? -1 : PidFd.open(pid);
      if (pidfd >= 0) {
        if (group.holds(pid) && reached.add(pid)) {
          PidFd.signal(pidfd, signal);
        }
        Fd.close(pidfd);
      }
    }
  }

  /// The processes within the run's namespace, its PID 1 excepted.
  private Set<Integer> inside() {
    var inside = new HashSet<Integer>();
    processes
        .survey()
        .of(
            this::isOurs,
            (pid, _, _) -> {
              if (processes.proc().innerPid(pid) > 1) {
                inside.add(pid);
              }
            });
    return inside;
  }

  private static boolean isMeant(int pid, Set<Integer> only) {
    return only.isEmpty() || only.contains(pid);
  }

  private boolean isOurs(long found) {
    return found == mark.value();
  }
}
