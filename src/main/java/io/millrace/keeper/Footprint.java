package io.millrace.keeper;

import io.millrace.keeper.os.Ended;
import io.millrace.keeper.os.TreeUsage;
import io.millrace.run.Usage;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What one run uses and used.
///
/// Its largest memory needs looks while it lives: the kernel's own figure for an ended child
/// (`ru_maxrss`, getrusage(2)) counts the keeper's memory too, which the child shared until exec,
/// and so tells something only when it is larger than that. The main process is looked at after a
/// millisecond (before that it has hardly begun) and at its first output; the whole tree from 64 ms
/// on whenever its age has doubled, at least once a minute, and when somebody asks. What a look
/// finds is a process's peak until then, so what comes out is a lower bound: 0 for a run that was
/// over before the first look.
///
/// Belongs to the loop.
final class Footprint {
  private static final Duration FIRST_LOOK = Duration.ofMillis(1);
  private static final Duration FIRST_LOOK_AT_ALL = Duration.ofMillis(63);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final Host host;
  private final Loop.Owner owner;
  private final Birth birth;
  private long peakBytes;
  private Duration pause = FIRST_LOOK_AT_ALL;
  private Loop.@Nullable Deadline next;
  private boolean mainIsOver;

  Footprint(Host host, Loop.Owner owner, Birth birth) {
    this.host = host;
    this.owner = owner;
    this.birth = birth;
  }

  /// Looks now and again from here on.
  void begin() {
    next = host.loop().after(FIRST_LOOK, this::firstLook, owner);
  }

  private void firstLook() {
    look();
    next = host.loop().after(pause, this::lookAtAll, owner);
  }

  private void lookAtAll() {
    usage();
    pause =
        pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
    next = host.loop().after(pause, this::lookAtAll, owner);
  }

  /// Notes how large the main process has been by now.
  void look() {
    if (!mainIsOver) {
      peakBytes = Math.max(peakBytes, host.processes().peakBytes(birth.pid()));
    }
  }

  /// The main process was reaped, or nobody looks after it any more: its pid may become another's.
  void cease() {
    mainIsOver = true;
    if (next != null) {
      next.cancel();
    }
  }

  /// What it uses now.
  Sample sample(Instant now, long outputBytes) {
    var usage = usage();
    return new Sample(
        now,
        Duration.ofNanos(usage.cpuMicros() * 1000),
        usage.memoryBytes(),
        usage.processes(),
        outputBytes);
  }

  private TreeUsage usage() {
    var found = birth.tree().usage();
    peakBytes = Math.max(peakBytes, found.peakBytes());
    var cgroup = birth.cgroup();
    return cgroup.isEmpty()
        ? found
        : new TreeUsage(
            cgroup.get().cpuMicros(),
            cgroup.get().memoryBytes().orElse(found.memoryBytes()),
            found.peakBytes(),
            found.processes());
  }

  Usage total(Ended ended) {
    var cgroup = birth.cgroup();
    long cpuMicros =
        cgroup.isPresent()
            ? Math.max(cgroup.get().cpuMicros(), ended.cpuMicros())
            : ended.cpuMicros();
    long peak =
        cgroup.isPresent() ? cgroup.get().peakBytes().orElseGet(() -> peak(ended)) : peak(ended);
    return new Usage(Duration.ofNanos(cpuMicros * 1000), peak);
  }

  private long peak(Ended ended) {
    return host.processes().knowsPeak(ended)
        ? Math.max(ended.peakBytesAtMost(), peakBytes)
        : peakBytes;
  }
}
