package io.millrace.runner;

/// Why a run still waits.
///
/// @param position from 1 in the order of start
/// @param reason a sentence part such as `all 1000 slots of this node are busy`
public record QueuePlace(long position, String reason) {}
