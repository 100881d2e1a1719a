package io.millrace.keeper.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.millrace.keeper.os.Spawned.Cause;
import io.millrace.keeper.os.Spawned.NotStarted;
import io.millrace.keeper.os.Spawned.Running;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;

/// Starts programs, posix_spawn(3): in a session of their own, with clean signals, only the
/// descriptors asked for, marked.
///
/// A spawn holds up the calling thread until the child has called exec, about half a millisecond.
public final class Spawner {
  private static final MemorySegment POSIX_SPAWN = Libc.function("posix_spawn");

  private static final int RESERVED_FILES = 64;

  private final ArgumentBlock texts = new ArgumentBlock();
  private final SpawnActions actions = new SpawnActions();
  private final SpawnAttributes attributes = new SpawnAttributes();
  private final Rlimit openFiles;
  private final Rlimit openFilesOfChildren;
  private final boolean marks;
  private final String oomScore;

  /// @param openFiles the soft limit of open files that children get: what the service was started
  ///   with, before the JVM raised its own; at most the hard limit
  /// @param oomScore what children have as `oom_score_adj` (0 to 1000), so that a script dies of a
  ///   full memory before the service does; 0 leaves it as it is
  public Spawner(long openFiles, int oomScore) throws SystemCallFailed {
    this.openFiles = Rlimit.of(Rlimit.SELF, Rlimit.OPEN_FILES);
    long soft = Math.min(openFiles, this.openFiles.hard());
    this.openFilesOfChildren = new Rlimit(soft, this.openFiles.hard());
    this.oomScore = oomScore == 0 ? "" : Integer.toString(oomScore);
    this.marks = Mark.isUsable();
  }

  /// Whether [SpawnRequest#cgroup] may be given.
  public boolean bearsIntoCgroups() {
    return attributes.canBearIntoCgroups();
  }

  /// Refuses when `fd`, which was just opened, is one of the last that this process may have: those
  /// are for looking after what lives.
  public void checkRoom(int fd) throws SystemCallFailed {
    if (fd >= openFiles.soft() - RESERVED_FILES && openFiles.soft() > 0) {
      throw new SystemCallFailed(
          "The keeper has " + openFiles.soft() + " descriptors, and no more for new runs",
          -Errno.EMFILE);
    }
  }

  public Spawned spawn(SpawnRequest request) {
    var refusal = SpawnFailure.unspeakable(request);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    var result = posixSpawn(request);
    if (result < 0) {
      return SpawnFailure.explain(-result, request);
    }
    if (!oomScore.isEmpty()) {
      Fd.put("/proc/" + result + "/oom_score_adj", oomScore);
    }
    return held(result);
  }

  /// The pid, or `-errno`.
  private int posixSpawn(SpawnRequest request) {
    texts.clear(request);
    long arguments = texts.list(request.command());
    long path = texts.text(request.command().getFirst());
    long environment = texts.list(request.environment());
    long attribute = attribute(request.cgroup());
    long action = actions.fill(request, texts);
    prepare(request.mark());
    try {
      var pid = Libc.scratch();
      long errno =
          Libc.call(POSIX_SPAWN, pid.address(), path, action, attribute, arguments, environment);
      return errno == 0 ? pid.get(JAVA_INT, 0) : (int) -errno;
    } finally {
      restore();
      actions.clear();
    }
  }

  private long attribute(OptionalInt cgroup) {
    return cgroup.isPresent() ? attributes.inCgroup(cgroup.getAsInt()) : attributes.ordinary();
  }

  private void prepare(Mark mark) {
    if (marks) {
      Rlimit.set(Rlimit.REAL_TIME, mark.value(), -1);
    }
    if (openFilesOfChildren.soft() != openFiles.soft()) {
      openFilesOfChildren.set(Rlimit.OPEN_FILES);
    }
  }

  private void restore() {
    if (marks) {
      Rlimit.set(Rlimit.REAL_TIME, -1, -1);
    }
    if (openFilesOfChildren.soft() != openFiles.soft()) {
      openFiles.set(Rlimit.OPEN_FILES);
    }
  }

  private static Spawned held(int pid) {
    int pidfd = PidFd.open(pid);
    if (pidfd >= 0) {
      return new Running(pid, pidfd);
    }
    ProcessSignal.send(pid, Signal.KILL);
    PidFd.awaitEnd(pid);
    return new NotStarted(Cause.EXHAUSTED, "No descriptor for it: " + Errno.describe(-pidfd));
  }
}
