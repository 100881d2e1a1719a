package io.millrace.spool;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The segment that grows at the moment: raw bytes first, then the frame that makes them count.
///
/// The last frame is extended in place as long as stream and millisecond stay the same: only the
/// eight bytes of its end are written again, which readers see before or after, not in between.
final class SegmentFile {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN);
  private static final int MODE = 0600;
  private static final String SPARE = "spare.idx";

  private final Scratch scratch;
  private final long first;
  private final long capacity;
  private final boolean inMemory;
  private final int bytesFile;
  private final int framesFile;
  private boolean recycled;
  private long end;
  private int frames;
  private long header;

  private SegmentFile(
      Scratch scratch, long first, long capacity, boolean inMemory, int bytesFile, int framesFile) {
    this.scratch = scratch;
    this.first = first;
    this.capacity = capacity;
    this.inMemory = inMemory;
    this.bytesFile = bytesFile;
    this.framesFile = framesFile;
    this.end = first;
  }

  /// Makes both files, the one of the bytes first: a reader who finds the index finds the bytes,
  /// too.
  static SegmentFile create(
      Scratch scratch, Directory directory, long first, long capacity, boolean inMemory)
      throws PosixException {
    int bytesFile = directory.createFile(SegmentName.bytes(first), MODE);
    try {
      int framesFile = directory.createFile(SegmentName.frames(first), MODE);
      return new SegmentFile(scratch, first, capacity, inMemory, bytesFile, framesFile);
    } catch (PosixException failure) {
      Posix.close(scratch, bytesFile);
      directory.remove(SegmentName.bytes(first));
      throw failure;
    }
  }

  /// Makes the segment of the files of a dropped one, which costs a fraction of new files and new
  /// pages.
  ///
  /// The dropped one's index loses its name before anything is written over: what a reader has read
  /// of a segment counts only if its index has its name afterwards. No two segments of an attempt
  /// have the same name.
  static SegmentFile recycle(
      Scratch scratch, Directory directory, long first, long capacity, long dropped)
      throws PosixException {
    directory.rename(SegmentName.frames(dropped), SPARE);
    directory.rename(SegmentName.bytes(dropped), SegmentName.bytes(first));
    int framesFile = directory.openToWrite(SPARE);
    try {
      Posix.ftruncate(scratch, framesFile, 0);
      directory.rename(SPARE, SegmentName.frames(first));
      int bytesFile = directory.openToWrite(SegmentName.bytes(first));
      var segment = new SegmentFile(scratch, first, capacity, false, bytesFile, framesFile);
      segment.recycled = true;
      return segment;
    } catch (PosixException failure) {
      Posix.close(scratch, framesFile);
      throw failure;
    }
  }

  long first() {
    return first;
  }

  long size() {
    return end - first;
  }

  boolean inMemory() {
    return inMemory;
  }

  /// How many bytes of a frame with this header it can still take.
  long room(long frameHeader) {
    boolean framesLeft = extendsLast(frameHeader) || frames < Retention.SEGMENT_FRAMES;
    return framesLeft ? capacity - size() : 0;
  }

  /// Size of both files after `count` more bytes, in whole pages.
  long pagesAfter(long count) {
    return pages(size() + count) + pages((frames + 1L) * Frame.BYTES);
  }

  /// Appends the first `count` bytes of `source`, at most [#room(long)], and answers how many of
  /// them it could keep.
  long append(long frameHeader, MemorySegment source, long count) throws PosixException {
    long written = writeBytes(source, count);
    try {
      writeFrame(frameHeader, end + written);
    } catch (PosixException failure) {
      Posix.ftruncate(scratch, bytesFile, size());
      throw failure;
    }
    end += written;
    return written;
  }

  /// Closes both files. What a recycled one still has of its former life is cut off.
  void close() {
    if (recycled) {
      try {
        Posix.ftruncate(scratch, bytesFile, size());
      } catch (PosixException harmless) {
        recycled = false;
      }
    }
    Posix.close(scratch, bytesFile);
    Posix.close(scratch, framesFile);
  }

  private long writeBytes(MemorySegment source, long count) throws PosixException {
    long written = 0;
    while (written < count) {
      try {
        written +=
            Posix.pwrite(
                scratch,
                bytesFile,
                written == 0 ? source : source.asSlice(written),
                count - written,
                size() + written);
      } catch (PosixException failure) {
        if (written == 0) {
          throw failure;
        }
        return written;
      }
    }
    return written;
  }

  private void writeFrame(long frameHeader, long newEnd) throws PosixException {
    var frame = scratch.record();
    boolean extended = extendsLast(frameHeader);
    frame.set(LONG, 0, frameHeader);
    frame.set(LONG, Long.BYTES, newEnd);
    long skipped = extended ? Long.BYTES : 0;
    long position = (extended ? frames - 1L : frames) * Frame.BYTES + skipped;
    long count = Frame.BYTES - skipped;
    if (Posix.pwrite(scratch, framesFile, frame.asSlice(skipped), count, position) != count) {
      throw new PosixException("write", "an index file", PosixException.ENOSPC);
    }
    if (!extended) {
      frames++;
      header = frameHeader;
    }
  }

  private boolean extendsLast(long frameHeader) {
    return frames > 0 && header == frameHeader;
  }

  private static long pages(long bytes) {
    return (bytes + 4095) & -4096;
  }
}
