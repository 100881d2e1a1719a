package io.millrace.run;

import java.time.Duration;
import java.time.Instant;

/// That somebody asked for the end of a run.
///
/// @param at when it was first asked for
/// @param by why, in words for people
/// @param grace between SIGTERM and SIGKILL, the shortest asked for so far
public record StopRequest(Instant at, String by, Duration grace) {}
