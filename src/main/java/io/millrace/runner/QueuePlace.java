package io.millrace.runner;

import java.util.OptionalLong;

/// Why a run still waits.
///
/// @param position from 1 in the order of start; empty for one that waits for its time
/// @param reason a sentence part such as `all 1000 slots of this node are busy`
public record QueuePlace(OptionalLong position, String reason) {}
