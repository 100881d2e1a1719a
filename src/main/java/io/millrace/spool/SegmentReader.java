package io.millrace.spool;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// An open segment, while it grows and after. Only bytes that the index covers count; an index that
/// is damaged covers nothing from there on.
///
/// Open files alone do not keep a segment: a dropped one's are recycled. So a read counts if the
/// segment is still there after it.
final class SegmentReader {
  private static final int CHUNK_FRAMES = 128;
  private static final int MOST_FRAMES = 4096;

  private final long first;
  private final String framesPath;
  private final int bytesFile;
  private final int framesFile;

  /// Where the last read began: number of the frame, and the offset at which it begins. It is never
  /// one that is still to come, as the last one may yet grow.
  private int knownFrame;

  private long knownStart;
  private int seenFrames;
  private long seenEnd;

  private SegmentReader(long first, String framesPath, int bytesFile, int framesFile) {
    this.first = first;
    this.framesPath = framesPath;
    this.bytesFile = bytesFile;
    this.framesFile = framesFile;
    this.knownStart = first;
    this.seenEnd = first;
  }

  /// Empty if it is not there, or not made of two regular files.
  static Optional<SegmentReader> open(Scratch scratch, Path place, Directory directory, long first)
      throws PosixException {
    var framesFile = directory.openFile(SegmentName.frames(first));
    if (framesFile.isEmpty()) {
      return Optional.empty();
    }
    var bytesFile = directory.openFile(SegmentName.bytes(first));
    if (bytesFile.isEmpty()) {
      Posix.close(scratch, framesFile.get());
      return Optional.empty();
    }
    return Optional.of(
        new SegmentReader(
            first,
            place.resolve(SegmentName.frames(first)).toString(),
            bytesFile.get(),
            framesFile.get()));
  }

  long first() {
    return first;
  }

  /// What it holds from `offset` on, at most `maxBytes` bytes and [#MOST_FRAMES] frames; empty if
  /// that is nothing so far.
  Optional<Slice.Data> read(Scratch scratch, long offset, int maxBytes) throws PosixException {
    if (offset < first) {
      return Optional.empty();
    }
    var frames = framesFrom(scratch, offset, offset + maxBytes);
    if (frames.isEmpty()) {
      return Optional.empty();
    }
    int wanted = (int) (frames.getLast().end() - offset);
    var bytes = SmallFile.read(scratch, bytesFile, wanted, offset - first);
    var covered = Frame.upTo(offset + bytes.length, frames);
    return bytes.length == 0 || !isCurrent(scratch)
        ? Optional.empty()
        : Optional.of(new Slice.Data(offset, bytes, covered));
  }

  /// Offset after the last byte that counts.
  long end(Scratch scratch) throws PosixException {
    framesFrom(scratch, Long.MAX_VALUE, Long.MAX_VALUE);
    return seenEnd;
  }

  /// All of it that counts now.
  Optional<Segment> whole(Scratch scratch, boolean complete) throws PosixException {
    int size = (int) (end(scratch) - first);
    var bytes = SmallFile.read(scratch, bytesFile, size, 0);
    var encoded = SmallFile.read(scratch, framesFile, seenFrames * Frame.BYTES, 0);
    var frames = Frame.upTo(first + bytes.length, Frame.decode(encoded, first));
    return bytes.length == 0 || !isCurrent(scratch)
        ? Optional.empty()
        : Optional.of(new Segment(first, bytes, Frame.encode(frames), complete));
  }

  /// Whether what was read before is of this segment: dropped ones are written over as soon as
  /// their index lost its name.
  boolean isCurrent(Scratch scratch) {
    return Posix.exists(scratch, framesPath);
  }

  void close(Scratch scratch) {
    Posix.close(scratch, bytesFile);
    Posix.close(scratch, framesFile);
  }

  /// The frames that hold the bytes from `offset` to `limit`, the last one cut there.
  private List<Frame> framesFrom(Scratch scratch, long offset, long limit) throws PosixException {
    if (offset < knownStart) {
      knownFrame = 0;
      knownStart = first;
    }
    var found = new ArrayList<Frame>();
    seenFrames = knownFrame;
    seenEnd = knownStart;
    while (seenEnd < limit && found.size() < MOST_FRAMES && seenFrames < Retention.SEGMENT_FRAMES) {
      var chunk = chunk(scratch, seenFrames);
      int count = chunk.remaining() / Frame.BYTES;
      for (int i = 0; i < count && seenEnd < limit && found.size() < MOST_FRAMES; i++) {
        var frame = Frame.decode(chunk.getLong(), chunk.getLong(), seenEnd);
        if (frame.isEmpty() || frame.get().end() - first > Retention.SEGMENT_BYTES) {
          return found;
        }
        if (seenEnd <= offset) {
          knownFrame = seenFrames;
          knownStart = seenEnd;
        }
        seenEnd = frame.get().end();
        seenFrames++;
        if (seenEnd > offset) {
          found.add(frame.get().cutAt(limit));
        }
      }
      if (count < CHUNK_FRAMES) {
        break;
      }
    }
    return found;
  }

  /// Up to [#CHUNK_FRAMES] encoded frames. The last one of the file may be written at this moment:
  /// it is read until it reads the same twice.
  private ByteBuffer chunk(Scratch scratch, int number) throws PosixException {
    long position = (long) number * Frame.BYTES;
    var chunk = SmallFile.read(scratch, framesFile, CHUNK_FRAMES * Frame.BYTES, position);
    int length = chunk.length / Frame.BYTES * Frame.BYTES;
    int last = length - Frame.BYTES;
    while (last >= 0 && length < CHUNK_FRAMES * Frame.BYTES) {
      var again = SmallFile.read(scratch, framesFile, Frame.BYTES, position + last);
      if (again.length < Frame.BYTES) {
        return ByteBuffer.wrap(chunk, 0, last);
      }
      if (Arrays.equals(again, 0, Frame.BYTES, chunk, last, length)) {
        break;
      }
      System.arraycopy(again, 0, chunk, last, Frame.BYTES);
    }
    return ByteBuffer.wrap(chunk, 0, length);
  }
}
