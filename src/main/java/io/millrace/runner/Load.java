package io.millrace.runner;

/// How busy this node is at one moment.
///
/// @param slotsTaken of `slots`, by runs that are claimed and whose end is not durable yet
/// @param endsWaiting attempts that are over and wait for the database
/// @param stopping whether it takes no more work
public record Load(int slots, int slotsTaken, int endsWaiting, boolean stopping) {}
