package io.millrace.spool;

/// How much output of all runs may lie in the memory-backed root. The keeper's loop only.
public final class MemoryBudget {
  public static final long DEFAULT_BYTES = 256L << 20;

  private long freeBytes;

  public MemoryBudget(long bytes) {
    freeBytes = bytes;
  }

  /// Takes all of `bytes` or nothing.
  boolean tryTake(long bytes) {
    if (bytes > freeBytes) {
      return false;
    }
    freeBytes -= bytes;
    return true;
  }

  void giveBack(long bytes) {
    freeBytes += bytes;
  }

  public long freeBytes() {
    return freeBytes;
  }
}
