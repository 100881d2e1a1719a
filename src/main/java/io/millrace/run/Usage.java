package io.millrace.run;

import java.time.Duration;

/// What an attempt used: CPU time of its whole tree as far as the host can tell, and its largest
/// memory.
///
/// @param cpu user and system time
/// @param maxMemoryBytes of the tree where a memory controller counts it, else of the largest
///   single process (`ru_maxrss`, getrusage(2))
public record Usage(Duration cpu, long maxMemoryBytes) {
  public static final Usage NONE = new Usage(Duration.ZERO, 0);
}
