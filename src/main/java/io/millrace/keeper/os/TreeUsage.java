package io.millrace.keeper.os;

/// What the living processes of a run use.
///
/// @param cpuMicros processor time so far, of the living ones and of those that they waited for
/// @param memoryBytes resident memory; pages that processes share count for each of them, unless a
///   cgroup counts them
/// @param peakBytes the largest resident set that any single living process had so far
public record TreeUsage(long cpuMicros, long memoryBytes, long peakBytes, int processes) {
  public static final TreeUsage NOTHING = new TreeUsage(0, 0, 0, 0);

  TreeUsage plus(TreeUsage other) {
    return new TreeUsage(
        cpuMicros + other.cpuMicros,
        memoryBytes + other.memoryBytes,
        Math.max(peakBytes, other.peakBytes),
        processes + other.processes);
  }
}
