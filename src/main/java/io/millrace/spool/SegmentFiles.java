package io.millrace.spool;

import io.millrace.spool.OutputWriter.Kept;
import java.nio.file.Path;
import java.util.Optional;

/// Where an attempt's segments go: the first into the memory root, if that has room and the budget
/// allows it, the others onto the disk. Makes and removes their files.
final class SegmentFiles implements AutoCloseable {
  private static final long FIRST_PAGES = 2 * 4096;

  private final Scratch scratch = new Scratch();
  private final Path memory;
  private final Path disk;
  private final MemoryBudget budget;
  private boolean memoryAllowed = true;
  private long memoryBytes;

  SegmentFiles(Path memory, Path disk, MemoryBudget budget) {
    this.memory = memory;
    this.disk = disk;
    this.budget = budget;
  }

  Scratch scratch() {
    return scratch;
  }

  /// The next segment, for at most `capacity` bytes.
  ///
  /// @param spare a segment that is dropped: its files become those of the new one, if they can,
  ///   else they go
  SegmentFile create(long first, long capacity, Optional<Kept> spare) throws PosixException {
    if (spare.isPresent() && !spare.get().inMemory()) {
      try (var directory = Directory.open(scratch, disk)) {
        return SegmentFile.recycle(scratch, directory, first, capacity, spare.get().first());
      } catch (PosixException damaged) {
        remove(spare.get());
      }
    } else {
      spare.ifPresent(this::remove);
    }
    if (memoryAllowed && takeMemory(FIRST_PAGES)) {
      memoryAllowed = false;
      try (var directory = Directory.open(scratch, memory)) {
        long most = Math.min(capacity, Retention.MEMORY_BYTES);
        return SegmentFile.create(scratch, directory, first, most, true);
      } catch (PosixException full) {
        return createOnDisk(first, capacity);
      }
    }
    memoryAllowed = false;
    return createOnDisk(first, capacity);
  }

  /// Whether `segment` may grow by `count` bytes where it is.
  boolean admits(SegmentFile segment, long count) {
    return !segment.inMemory() || takeMemory(segment.pagesAfter(count));
  }

  void remove(Kept segment) {
    remove(scratch, segment.inMemory() ? memory : disk, segment.first());
  }

  /// Removes both files, the index first. What cannot be removed now goes with the directory.
  static void remove(Scratch scratch, Path place, long first) {
    try (var directory = Directory.open(scratch, place)) {
      directory.remove(SegmentName.frames(first));
      directory.remove(SegmentName.bytes(first));
    } catch (PosixException gone) {
      return;
    }
  }

  /// Gives back what is taken from the budget.
  void forget() {
    budget.giveBack(memoryBytes);
    memoryBytes = 0;
  }

  @Override
  public void close() {
    scratch.close();
  }

  private SegmentFile createOnDisk(long first, long capacity) throws PosixException {
    try (var directory = Directory.make(scratch, disk, RunDirectory.PRIVATE_MODE)) {
      return SegmentFile.create(scratch, directory, first, capacity, false);
    }
  }

  private boolean takeMemory(long bytes) {
    if (bytes > memoryBytes) {
      if (!budget.tryTake(bytes - memoryBytes)) {
        return false;
      }
      memoryBytes = bytes;
    }
    return true;
  }
}
