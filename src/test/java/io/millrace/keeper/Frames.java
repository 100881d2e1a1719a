package io.millrace.keeper;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Frames by hand, for tests.
final class Frames {
  private Frames() {}

  /// A frame of these bytes, with the length that they have.
  static byte[] of(byte... body) {
    return ByteBuffer.allocate(Integer.BYTES + body.length).putInt(body.length).put(body).array();
  }

  static byte[] body(byte[] frame) {
    return Arrays.copyOfRange(frame, Integer.BYTES, frame.length);
  }

  static byte[] join(List<byte[]> frames) {
    var all = ByteBuffer.allocate(frames.stream().mapToInt(frame -> frame.length).sum());
    frames.forEach(all::put);
    return all.array();
  }

  static Optional<Command> command(byte[] frame) throws Wire.Malformed {
    return first(Wire.commands(), frame);
  }

  static Optional<News> news(byte[] frame) throws Wire.Malformed {
    return first(Wire.news(), frame);
  }

  /// All that comes out when the bytes are fed in pieces of this size.
  static <T> List<T> decode(Wire.Decoder<T> decoder, byte[] bytes, int piece)
      throws Wire.Malformed {
    var found = new ArrayList<T>();
    for (int at = 0; at < bytes.length; at += piece) {
      decoder.feed(ByteBuffer.wrap(bytes, at, Math.min(piece, bytes.length - at)));
      for (var next = decoder.next(); next.isPresent(); next = decoder.next()) {
        found.add(next.get());
      }
    }
    return found;
  }

  private static <T> Optional<T> first(Wire.Decoder<T> decoder, byte[] frame)
      throws Wire.Malformed {
    decoder.feed(ByteBuffer.wrap(frame));
    return decoder.next();
  }
}
