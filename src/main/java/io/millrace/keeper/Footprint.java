package io.millrace.keeper;

import io.millrace.keeper.os.Ended;
import io.millrace.keeper.os.Processes;
import io.millrace.keeper.os.TreeUsage;
import io.millrace.run.Usage;
import java.time.Duration;
import java.time.Instant;

/// What one run uses and used.
///
/// Memory needs looks while the run lives: the kernel's own figure for an ended child (`ru_maxrss`,
/// getrusage(2)) counts the keeper's memory too, which the child shared until exec, and so tells
/// something only when it is larger than that. So it is looked at when the run begins, at its first
/// output, now and again, and whenever somebody asks: a lower bound, and 0 for a run that was over
/// before.
///
/// Belongs to the loop.
final class Footprint {
  private final Processes processes;
  private long peakBytes;

  Footprint(Processes processes) {
    this.processes = processes;
  }

  /// Notes how large the main process is by now.
  void look(Birth birth) {
    peakBytes = Math.max(peakBytes, processes.peakBytes(birth.pid()));
  }

  /// What it uses now.
  Sample sample(Birth birth, Instant now, long outputBytes) {
    var usage = usage(birth);
    return new Sample(
        now,
        Duration.ofNanos(usage.cpuMicros() * 1000),
        usage.memoryBytes(),
        usage.processes(),
        outputBytes);
  }

  private TreeUsage usage(Birth birth) {
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

  Usage total(Birth birth, Ended ended) {
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
    return processes.knowsPeak(ended) ? Math.max(ended.peakBytesAtMost(), peakBytes) : peakBytes;
  }
}
