package io.millrace.store;

/// How many runs of all nodes are live.
///
/// @param scheduled wait for their time
/// @param held wait for their concurrency key
/// @param ready wait for a slot
public record QueueCounts(long scheduled, long held, long ready, long claimed) {

  /// All that have not started.
  public long queued() {
    return scheduled + held + ready;
  }
}
