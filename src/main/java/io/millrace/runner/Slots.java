package io.millrace.runner;

/// How many runs this node may have at the same time, and how many it has.
///
/// Owned by [QueueVerticle]'s context. A slot is taken when a run is claimed and comes back when
/// its end is durable, so a database that is away cannot pile up results without bound.
final class Slots {
  private final int total;
  private int taken;

  Slots(int total) {
    this.total = total;
  }

  int total() {
    return total;
  }

  int taken() {
    return taken;
  }

  /// Takes as many as are free, at most `wanted`, and says how many.
  int reserve(int wanted) {
    int granted = Math.clamp(total - taken, 0, wanted);
    taken += granted;
    return granted;
  }

  /// Takes `count` even when there are not so many: for runs that were found running at the start.
  void occupy(int count) {
    taken += count;
  }

  void release(int count) {
    if (count < 0 || count > taken) {
      throw new IllegalStateException(count + " slots given back, but only " + taken + " taken");
    }
    taken -= count;
  }
}
