package io.millrace.keeper;

/// The attempts that were forgotten last, so that an order which was overtaken by its own end does
/// not start one of them a second time.
///
/// Belongs to the loop. Four thousand of them are some seconds at the highest rate; such an order
/// is late by milliseconds.
final class Forgotten {
  private static final int KEPT = 4096;

  private final long[] marks = new long[KEPT];
  private int next;

  void add(AttemptName name) {
    marks[next] = mark(name);
    next = (next + 1) % KEPT;
  }

  boolean has(AttemptName name) {
    long wanted = mark(name);
    for (long mark : marks) {
      if (mark == wanted) {
        return true;
      }
    }
    return false;
  }

  private static long mark(AttemptName name) {
    return Launch.mark(name.run(), name.attempt()).value();
  }
}
