package io.millrace.store;

import io.millrace.run.Run;

/// A run that this node has to execute.
///
/// @param run without long texts; its output counts are those of earlier attempts
/// @param attempt from 1
/// @param firstOffset where this attempt's output begins in the run's
public record Claimed(Run run, int attempt, long firstOffset) {}
