package io.millrace.spool;

import io.millrace.run.OutputCounts;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Writes the output of one attempt into segments and keeps at most its limit of it, at every
/// moment.
///
/// The keeper's loop only. It never fails: bytes that no disk takes are counted ([#lostBytes()])
/// and become a gap, and it goes on with the next ones as soon as there is space. Files are made
/// with the first byte.
public final class OutputWriter implements AutoCloseable {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final long firstOffset;
  private final Retention retention;
  private final Supplier<SegmentFiles> opener;
  private final Deque<Kept> tail = new ArrayDeque<>();

  /// Dropped, and not yet removed or written over. Empty between two calls of append.
  private final Deque<Kept> spare = new ArrayDeque<>();

  private @Nullable SegmentFiles files;
  private @Nullable SegmentFile current;
  private long stdoutBytes;
  private long stderrBytes;
  private long headKept;
  private long tailKept;
  private long lostBytes;
  private boolean failing;
  private boolean closed;
  private long failedNanos;

  /// A closed segment.
  record Kept(long first, long bytes, boolean inMemory) {}

  OutputWriter(long firstOffset, Retention retention, Supplier<SegmentFiles> opener) {
    this.firstOffset = firstOffset;
    this.retention = retention;
    this.opener = opener;
  }

  /// Takes all that remains in `bytes`, which came from `stream` at `epochMillis`. A direct buffer
  /// is not copied.
  public void append(Stream stream, ByteBuffer bytes, long epochMillis) {
    if (!bytes.hasRemaining()) {
      return;
    }
    long header = Frame.header(stream, epochMillis);
    var source = MemorySegment.ofBuffer(bytes);
    if (source.isNative()) {
      write(stream, header, source);
    } else {
      try (var copy = new Scratch()) {
        write(stream, header, copy.allocate(source.byteSize()).copyFrom(source));
      }
    }
    bytes.position(bytes.limit());
    while (!spare.isEmpty()) {
      files().remove(spare.removeFirst());
    }
  }

  /// What this attempt wrote so far; offsets of the run are higher by [#firstOffset()].
  public OutputCounts counts() {
    long bytes = stdoutBytes + stderrBytes;
    return new OutputCounts(bytes, stdoutBytes, stderrBytes, bytes - headKept - tailKept);
  }

  /// Offset in the run's output at which this attempt begins.
  public long firstOffset() {
    return firstOffset;
  }

  /// Offset in the run's output of the next byte.
  public long end() {
    return firstOffset + stdoutBytes + stderrBytes;
  }

  /// Bytes that could not be written, because the disk was full or the directory was damaged.
  public long lostBytes() {
    return lostBytes;
  }

  /// Ends appending and closes the files. What lies in memory counts until [#forget()].
  @Override
  public void close() {
    if (files != null && !closed) {
      closeCurrent(files);
      files.close();
    }
    closed = true;
  }

  /// After the directory was deleted: its part of the memory budget is free again. A second time is
  /// nothing.
  public void forget() {
    if (files != null) {
      files.forget();
    }
  }

  private void write(Stream stream, long header, MemorySegment source) {
    long at = 0;
    while (at < source.byteSize()) {
      long wanted = source.byteSize() - at;
      long headLeft = headEnd() - end();
      long surplus = headLeft > 0 ? 0 : wanted - retention.tailBytes();
      long done;
      if (surplus > 0) {
        dropTail();
        done = surplus;
      } else {
        long most = headLeft > 0 ? Math.min(wanted, headLeft) : wanted;
        done = keepOrLose(header, at == 0 ? source : source.asSlice(at), most);
      }
      count(stream, done);
      at += done;
    }
  }

  private void count(Stream stream, long bytes) {
    switch (stream) {
      case STDOUT -> stdoutBytes += bytes;
      case STDERR -> stderrBytes += bytes;
    }
  }

  /// Deals with at least one and at most `wanted` bytes and says with how many.
  private long keepOrLose(long header, MemorySegment source, long wanted) {
    if (failing && System.nanoTime() - failedNanos < PAUSE_NANOS) {
      lostBytes += wanted;
      return wanted;
    }
    var directory = files();
    try {
      long kept = keep(directory, header, source, wanted);
      failing = false;
      return kept;
    } catch (PosixException failure) {
      boolean elsewhere = current != null && current.inMemory();
      closeCurrent(directory);
      if (elsewhere) {
        return 0;
      }
      failing = true;
      failedNanos = System.nanoTime();
      lostBytes += wanted;
      return wanted;
    }
  }

  private long keep(SegmentFiles directory, long header, MemorySegment source, long wanted)
      throws PosixException {
    var segment = segmentFor(directory, header);
    long count = Math.min(wanted, segment.room(header));
    if (!directory.admits(segment, count)) {
      closeCurrent(directory);
      return 0;
    }
    boolean head = end() < headEnd();
    long kept = segment.append(header, source, count);
    if (head) {
      headKept += kept;
    } else {
      tailKept += kept;
    }
    return kept;
  }

  private SegmentFile segmentFor(SegmentFiles directory, long header) throws PosixException {
    if (current != null && current.room(header) > 0) {
      return current;
    }
    closeCurrent(directory);
    long headLeft = headEnd() - end();
    long capacity =
        headLeft > 0 ? Math.min(headLeft, Retention.SEGMENT_BYTES) : retention.tailSegmentBytes();
    if (headLeft <= 0) {
      makeRoom(capacity);
    }
    var segment = directory.create(end(), capacity, Optional.ofNullable(spare.pollFirst()));
    current = segment;
    return segment;
  }

  /// Drops the oldest segments of the tail until it can take `bytes` more.
  private void makeRoom(long bytes) {
    while (tailKept + bytes > retention.tailBytes()) {
      drop(tail.removeFirst());
    }
  }

  private void dropTail() {
    closeCurrent(files());
    while (!tail.isEmpty()) {
      drop(tail.removeFirst());
    }
  }

  private void drop(Kept oldest) {
    tailKept -= oldest.bytes();
    spare.addLast(oldest);
  }

  private void closeCurrent(SegmentFiles directory) {
    var full = current;
    if (full == null) {
      return;
    }
    current = null;
    full.close();
    var kept = new Kept(full.first(), full.size(), full.inMemory());
    if (full.size() == 0) {
      directory.remove(kept);
    } else if (full.first() >= headEnd()) {
      tail.addLast(kept);
    }
  }

  private SegmentFiles files() {
    if (files == null) {
      files = opener.get();
    }
    return files;
  }

  private long headEnd() {
    return firstOffset + retention.headBytes();
  }
}
