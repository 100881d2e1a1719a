package io.millrace.spool;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A piece of output that came from one stream in one millisecond. It begins where the frame before
/// it ends.
///
/// Encoded in 16 bytes, big-endian, in index files and in Postgres: `epochMillis << 8 | stream
/// code`, then `end`.
///
/// @param epochMillis when the keeper read it
/// @param end offset in the run's output after its last byte
public record Frame(Stream stream, long epochMillis, long end) {
  public static final int BYTES = 16;

  /// First half of the encoding: equal for two frames that may be one.
  static long header(Stream stream, long epochMillis) {
    return epochMillis << 8 | stream.code();
  }

  public void encodeTo(ByteBuffer target) {
    target.putLong(header(stream, epochMillis)).putLong(end);
  }

  /// The frame of these two numbers; empty if they cannot be one that comes after `start`.
  static Optional<Frame> decode(long header, long end, long start) {
    return end <= start
        ? Optional.empty()
        : Stream.of((int) (header & 0xff)).map(stream -> new Frame(stream, header >> 8, end));
  }

  public static byte[] encode(List<Frame> frames) {
    var target = ByteBuffer.allocate(frames.size() * BYTES);
    frames.forEach(frame -> frame.encodeTo(target));
    return target.array();
  }

  /// All frames up to the first that is damaged.
  ///
  /// @param start offset at which the first one begins
  public static List<Frame> decode(byte[] encoded, long start) {
    var source = ByteBuffer.wrap(encoded);
    var frames = new ArrayList<Frame>(encoded.length / BYTES);
    for (long at = start; source.remaining() >= BYTES; at = frames.getLast().end()) {
      var frame = decode(source.getLong(), source.getLong(), at);
      if (frame.isEmpty()) {
        break;
      }
      frames.add(frame.get());
    }
    return frames;
  }

  /// Those of `frames` that begin before `limit`, the last one cut there.
  static List<Frame> upTo(long limit, List<Frame> frames) {
    if (frames.isEmpty() || frames.getLast().end() <= limit) {
      return frames;
    }
    var kept = new ArrayList<Frame>();
    for (var frame : frames) {
      kept.add(frame.cutAt(limit));
      if (frame.end() >= limit) {
        break;
      }
    }
    return kept;
  }

  Frame cutAt(long limit) {
    return end <= limit ? this : new Frame(stream, epochMillis, limit);
  }
}
