package io.millrace.keeper;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/// The protocol between server and keeper, as bytes: frames of a length (4 bytes, big-endian, of
/// what follows), a kind (1 byte) and the fields of one record in their order.
///
/// Version 1. A later version may add kinds, and fields behind the known ones; what it does not
/// know of them a reader ignores. So a server of version N speaks with a keeper of version N − 1.
final class Wire {
  static final int VERSION = 1;

  /// A command may carry a run's whole environment and arguments.
  static final int MOST_BYTES = 8 << 20;

  /// Before the greeting nobody has anything longer to say.
  private static final int MOST_GREETING_BYTES = 1 << 10;

  private static final int LENGTH_BYTES = 4;

  private Wire() {}

  static byte[] frame(Command command) {
    var out = new WireWriter(LENGTH_BYTES);
    CommandCodec.write(command, out);
    return out.framed();
  }

  static byte[] frame(News news) {
    var out = new WireWriter(LENGTH_BYTES);
    NewsCodec.write(news, out);
    return out.framed();
  }

  static Decoder<Command> commands() {
    return new Decoder<>(CommandCodec::read);
  }

  static Decoder<News> news() {
    return new Decoder<>(NewsCodec::read);
  }

  /// What came is no frame of this protocol.
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed(String what) {
      super(what);
    }
  }

  /// Puts frames together from the pieces in which they arrive. One thread at a time.
  static final class Decoder<T> {
    private final Function<WireReader, Optional<T>> read;
    private byte[] bytes = new byte[64 << 10];
    private int start;
    private int end;
    private int most = MOST_BYTES;

    private Decoder(Function<WireReader, Optional<T>> read) {
      this.read = read;
    }

    /// Until [#greeted], only short frames are taken.
    Decoder<T> forGreeting() {
      most = MOST_GREETING_BYTES;
      return this;
    }

    void greeted() {
      most = MOST_BYTES;
    }

    void feed(ByteBuffer piece) {
      int more = piece.remaining();
      if (bytes.length - end < more) {
        int kept = end - start;
        var target = bytes.length - kept < more ? new byte[2 * (kept + more)] : bytes;
        System.arraycopy(bytes, start, target, 0, kept);
        bytes = target;
        start = 0;
        end = kept;
      }
      piece.get(bytes, end, more);
      end += more;
    }

    /// The next complete message; empty until more is fed. Kinds that are not known are passed
    /// over.
    Optional<T> next() throws Malformed {
      while (end - start >= LENGTH_BYTES) {
        int length = ByteBuffer.wrap(bytes, start, LENGTH_BYTES).getInt();
        if (length < 1 || length > most) {
          throw new Malformed("a frame of " + Integer.toUnsignedString(length) + " bytes");
        }
        if (end - start < LENGTH_BYTES + length) {
          return Optional.empty();
        }
        int from = start + LENGTH_BYTES;
        start = from + length;
        var message = parse(Arrays.copyOfRange(bytes, from, from + length));
        if (message.isPresent()) {
          return message;
        }
      }
      return Optional.empty();
    }

    private Optional<T> parse(byte[] frame) throws Malformed {
      try {
        return read.apply(new WireReader(frame));
      } catch (RuntimeException wrong) {
        throw new Malformed("a frame of kind " + frame[0] + ": " + wrong);
      }
    }
  }
}
