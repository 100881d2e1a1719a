package io.millrace.keeper.os;

/// How a child of the keeper ended, and what it and the descendants it waited for used.
///
/// @param bySignal whether `number` is the signal that killed it; otherwise it is the exit code
/// @param cpuMicros processor time, user and system
/// @param peakBytesAtMost the largest resident set of any single one of those processes, or the
///   keeper's own at the time of the spawn if that was larger: a child shares its memory until
///   exec, and Linux counts that (exec_mmap). It tells something only above [Self#peakBytes]
public record Ended(int pid, boolean bySignal, int number, long cpuMicros, long peakBytesAtMost) {
  /// For example `exited with code 3` or `killed by SIGSEGV`.
  public String describe() {
    return bySignal ? "killed by " + Signal.name(number) : "exited with code " + number;
  }
}
