package io.millrace.keeper;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.util.Optional;
import java.util.function.Function;

/// The protocol between server and keeper: frames of a length (four bytes, of all that follows), a
/// kind (one byte) and fields in a fixed order.
///
/// A server speaks the version it was built with and the one before, as its keeper may be older or
/// newer than itself. The frames of [Command.Hello], [News.Welcome] and [News.Refused] are the same
/// in every version.
public final class Wire {
  /// What this program speaks best.
  public static final int VERSION = 1;

  /// The oldest that this program still speaks.
  public static final int OLDEST = 1;

  /// No frame is longer, its length field aside.
  public static final int MOST_BYTES = 1 << 20;

  private Wire() {}

  /// In which version to speak with a peer that speaks `theirs` best; empty if there is none.
  public static Optional<Integer> agree(int theirs) {
    int common = Math.min(theirs, VERSION);
    return common < OLDEST ? Optional.empty() : Optional.of(common);
  }

  /// The whole frame of `command`; an IllegalArgumentException if it is too long for one.
  public static byte[] encode(Command command) {
    return CommandCodec.encode(command);
  }

  /// The whole frame of `news`.
  public static byte[] encode(News news) {
    return NewsCodec.encode(news);
  }

  /// The command in `frame`, a frame without its length.
  public static Command decodeCommand(ByteBuffer frame) throws MalformedFrame {
    return decode("command", frame, CommandCodec::decode);
  }

  /// The news in `frame`, a frame without its length.
  public static News decodeNews(ByteBuffer frame) throws MalformedFrame {
    return decode("news", frame, NewsCodec::decode);
  }

  private static <T> T decode(String what, ByteBuffer frame, Function<FieldReader, T> codec)
      throws MalformedFrame {
    int kind = frame.hasRemaining() ? frame.get(frame.position()) : -1;
    try {
      var fields = new FieldReader(frame);
      var decoded = codec.apply(fields);
      fields.end();
      return decoded;
    } catch (BufferUnderflowException
        | IllegalArgumentException
        | ArithmeticException
        | DateTimeException wrong) {
      throw new MalformedFrame(
          "a %s frame of kind %d is malformed: %s".formatted(what, kind, wrong.getMessage()),
          wrong);
    }
  }
}
