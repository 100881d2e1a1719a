package io.millrace.keeper;

import java.time.Duration;
import java.time.Instant;

/// What the tree of one attempt uses at one moment.
///
/// @param cpu used since its start, as far as the host can tell
/// @param memoryBytes of all its processes
/// @param outputBytes written by this attempt so far
public record Sample(Instant at, Duration cpu, long memoryBytes, int processes, long outputBytes) {}
