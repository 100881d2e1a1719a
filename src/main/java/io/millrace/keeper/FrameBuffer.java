package io.millrace.keeper;

import java.nio.ByteBuffer;
import java.util.Optional;

/// Cuts what arrives on a connection into frames. One thread.
///
/// Read from the connection into [#free()], then take frames from [#next()] until there is none.
/// Its memory grows with the largest frame, at most to twice [Wire#MOST_BYTES].
public final class FrameBuffer {
  private static final int SMALLEST_BYTES = 16 << 10;

  /// From `start` to its position: what arrived and is in no frame yet.
  private ByteBuffer arrived = ByteBuffer.allocateDirect(SMALLEST_BYTES);

  private int start;

  /// Where to put what arrives; it always has room. Ends the life of the last frame.
  public ByteBuffer free() {
    if (start > 0) {
      arrived.limit(arrived.position()).position(start).compact();
      start = 0;
    }
    if (!arrived.hasRemaining()) {
      arrived = ByteBuffer.allocateDirect(arrived.capacity() * 2).put(arrived.flip());
    }
    return arrived;
  }

  /// The next complete frame without its length, to be decoded before [#free()] is called again;
  /// empty if there is none so far. A length that no frame has is refused as soon as it is seen.
  public Optional<ByteBuffer> next() throws MalformedFrame {
    int available = arrived.position() - start;
    if (available < Integer.BYTES) {
      return Optional.empty();
    }
    int length = arrived.getInt(start);
    if (length < 1 || length > Wire.MOST_BYTES) {
      throw new MalformedFrame(
          "a frame has 1 to %d bytes, this one says %d".formatted(Wire.MOST_BYTES, length));
    }
    if (available - Integer.BYTES < length) {
      return Optional.empty();
    }
    var frame = arrived.slice(start + Integer.BYTES, length);
    start += Integer.BYTES + length;
    return Optional.of(frame);
  }
}
