package io.millrace.store;

/// One life of a server: its node's name, and a number that rises with each start.
///
/// Everything a node claims carries both, so that a life that was superseded can no longer change
/// what it had claimed.
public record NodeEpoch(String node, long epoch) {}
