package io.millrace.keeper.os;

import io.millrace.keeper.os.Spawned.Running;
import java.util.HashSet;
import java.util.LinkedHashSet;
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

  /// From so many processes on, a look at all of the machine's finds them faster than their family
  /// tree.
  private static final int STORM = 100;

  private final Processes processes;
  private final Mark mark;
  private final Optional<Cgroup> cgroup;
  private final boolean isIsolated;
  private final boolean isOfEarlierKeeper;
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
    this.isOfEarlierKeeper = main.isEmpty();
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
    if (isOfEarlierKeeper) {
      return count();
    }
    if (orphans == 0 && cgroup.isPresent() && cgroup.get().isPopulated()) {
      return Math.max(1, cgroup.get().pids().size());
    }
    if (orphans > 0 && isIsolated && inside(members()).isEmpty()) {
      kill();
    }
    return orphans;
  }

  /// How many processes there are.
  public int count() {
    return (int) members().stream().filter(this::isAlive).count();
  }

  /// What its processes use now.
  public TreeUsage usage() {
    return members().stream().map(processes::usage).reduce(TreeUsage.NOTHING, TreeUsage::plus);
  }

  /// Sends SIGTERM and SIGCONT to every process that did not have them yet: `reached` remembers
  /// which did. Repeated, it reaches those too that were forked while it looked.
  public void terminate(Set<Integer> reached) {
    var members = members();
    var meant = meant(Signal.TERM, members);
    meant.removeAll(reached);
    meant.removeIf(pid -> !send(pid, Signal.TERM, members));
    if (reached.addAll(meant)) {
      signal(Signal.CONT);
    }
  }

  /// Sends a signal to every process and says how many there were; of an isolated run, to those
  /// inside its namespace but PID 1, as what surrounds them ends with them. (SIGCONT goes to all:
  /// nsenter stops when the script stops.)
  ///
  /// One look only, so that SIGTERM does not hit the commands of a script's own `trap … TERM`. What
  /// is forked in that moment is missed: send SIGTERM once more when the main process has ended and
  /// something is left.
  public int signal(int signal) {
    var members = members();
    var meant = meant(signal, members);
    meant.removeIf(pid -> !send(pid, signal, members));
    return meant.size();
  }

  /// SIGKILL to every process, until no new one turns up. They take a moment to die: the tree is
  /// gone when [#leftBehind] says so; call again while it does not.
  public void kill() {
    cgroup.ifPresent(Cgroup::kill);
    var killed = new HashSet<Integer>();
    boolean anyNew = true;
    for (int look = 0; look < LOOKS && anyNew; look++) {
      var members = members();
      if (killed.size() > STORM) {
        addMarked(members);
      }
      anyNew = false;
      for (int pid : members) {
        anyNew |= !killed.contains(pid) && send(pid, Signal.KILL, members) && killed.add(pid);
      }
    }
  }

  /// All that can be found at this moment. While the keeper is their ancestor, every process of the
  /// run comes from the main one or from an orphan.
  private Set<Integer> members() {
    var members = new LinkedHashSet<Integer>();
    processes.orphans().refresh();
    main.ifPresent(process -> members.add(process.pid()));
    processes.orphans().forEach(mark, members::add);
    processes.descendants().addTo(members);
    cgroup.ifPresent(group -> members.addAll(group.pids()));
    if (isOfEarlierKeeper) {
      addMarked(members);
    }
    return members;
  }

  private void addMarked(Set<Integer> members) {
    processes.survey().of(found -> found == mark.value(), (pid, _, _) -> members.add(pid));
  }

  private Set<Integer> meant(int signal, Set<Integer> members) {
    var inside = isIsolated && signal != Signal.CONT ? inside(members) : Set.<Integer>of();
    return new LinkedHashSet<>(inside.isEmpty() ? members : inside);
  }

  /// The processes within the run's namespace, its PID 1 excepted.
  private Set<Integer> inside(Set<Integer> members) {
    var inside = new LinkedHashSet<>(members);
    inside.removeIf(pid -> processes.proc().innerPid(pid) <= 1 || !isAlive(pid));
    return inside;
  }

  private boolean isAlive(int pid) {
    int pidfd = PidFd.open(pid);
    boolean alive = pidfd >= 0 && !PidFd.hasEnded(pidfd);
    if (pidfd >= 0) {
      Fd.close(pidfd);
    }
    return alive;
  }

  /// Whether it was alive and was sent the signal. Its pid may have gone to another process since
  /// it was listed, so what the descriptor stands for must show that it belongs here.
  private boolean send(int pid, int signal, Set<Integer> members) {
    int pidfd = PidFd.open(pid);
    if (pidfd < 0) {
      return false;
    }
    boolean sent =
        !PidFd.hasEnded(pidfd) && isOurs(pid, members) && PidFd.signal(pidfd, signal) == 0;
    Fd.close(pidfd);
    return sent;
  }

  private boolean isOurs(int pid, Set<Integer> members) {
    return Mark.read(pid) == mark.value()
        || processes.orphans().has(pid)
        || main.map(process -> process.pid() == pid).orElse(false)
        || members.contains(processes.proc().parent(pid))
        || cgroup.map(group -> group.holds(pid)).orElse(false);
  }
}
