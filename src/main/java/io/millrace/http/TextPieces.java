package io.millrace.http;

import io.millrace.spool.Frame;
import io.millrace.spool.Slice;
import io.millrace.spool.Stream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// Cuts output into pieces that can travel as text, without cutting characters.
///
/// Bytes of one stream that came within [#TOGETHER_MILLIS] are one piece. A character that is not
/// complete yet is held back until it is, or until the other stream, a gap or the end cuts it; what
/// is no UTF-8 travels as base64.
final class TextPieces {
  static final long TOGETHER_MILLIS = 20;
  private static final int LONGEST_CHARACTER = 4;

  /// @param text the bytes decoded; empty if they are no UTF-8
  @SuppressWarnings("ArrayRecordComponent") // made by one, read by one, never compared
  record Piece(
      long offset,
      long next,
      Stream stream,
      long epochMillis,
      Optional<String> text,
      byte[] bytes) {

    String base64() {
      return Base64.getEncoder().encodeToString(bytes);
    }
  }

  private byte[] held = new byte[0];
  private Stream heldStream = Stream.STDOUT;
  private long heldOffset;
  private long heldMillis;

  /// What can be sent after `data` has come.
  List<Piece> add(Slice.Data data) {
    List<Piece> pieces = new ArrayList<>();
    List<Frame> frames = data.frames();
    int begin = 0;
    for (int first = 0; first < frames.size(); ) {
      Frame frame = frames.get(first);
      int last = first;
      while (last + 1 < frames.size() && belongs(frames.get(last + 1), frame)) {
        last++;
      }
      int end = (int) (frames.get(last).end() - data.offset());
      byte[] bytes = Arrays.copyOfRange(data.bytes(), begin, end);
      add(data.offset() + begin, bytes, frame, pieces);
      begin = end;
      first = last + 1;
    }
    return pieces;
  }

  /// What was held back, now that nothing can complete it.
  List<Piece> cut() {
    if (held.length == 0) {
      return List.of();
    }
    byte[] rest = held;
    held = new byte[0];
    return List.of(
        new Piece(
            heldOffset, heldOffset + rest.length, heldStream, heldMillis, Optional.empty(), rest));
  }

  private static boolean belongs(Frame next, Frame first) {
    return next.stream() == first.stream()
        && Math.abs(next.epochMillis() - first.epochMillis()) <= TOGETHER_MILLIS;
  }

  private void add(long at, byte[] read, Frame frame, List<Piece> pieces) {
    if (held.length > 0 && heldStream != frame.stream()) {
      pieces.addAll(cut());
    }
    long offset = at;
    long millis = frame.epochMillis();
    byte[] bytes = read;
    if (held.length > 0) {
      bytes = Arrays.copyOf(held, held.length + read.length);
      System.arraycopy(read, 0, bytes, held.length, read.length);
      offset = heldOffset;
      millis = heldMillis;
    }
    int complete = bytes.length - incomplete(bytes);
    held = Arrays.copyOfRange(bytes, complete, bytes.length);
    heldStream = frame.stream();
    heldOffset = offset + complete;
    heldMillis = complete == 0 ? millis : frame.epochMillis();
    if (complete > 0) {
      byte[] whole = complete == bytes.length ? bytes : Arrays.copyOf(bytes, complete);
      pieces.add(
          new Piece(offset, offset + complete, frame.stream(), millis, decode(whole), whole));
    }
  }

  private static Optional<String> decode(byte[] bytes) {
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder().decode(ByteBuffer.wrap(bytes), out, true);
    return result.isUnderflow() ? Optional.of(out.flip().toString()) : Optional.empty();
  }

  /// How many bytes at the end begin a character whose rest may yet come: 0 to 3.
  private static int incomplete(byte[] bytes) {
    for (int count = 1; count < LONGEST_CHARACTER && count <= bytes.length; count++) {
      int lead = bytes[bytes.length - count] & 0xff;
      if ((lead & 0xc0) != 0x80) {
        int second = count == 1 ? 0 : bytes[bytes.length - count + 1] & 0xff;
        return count < length(lead) && (count == 1 || mayFollow(lead, second)) ? count : 0;
      }
    }
    return 0;
  }

  /// Of the character that `lead` begins; 1 for what begins none of several bytes.
  private static int length(int lead) {
    if (lead < 0xc2 || lead > 0xf4) {
      return 1;
    }
    return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  }

  /// Unicode's table 3-7: some second bytes would make surrogates, too large or needlessly long
  /// ones.
  private static boolean mayFollow(int lead, int second) {
    int min = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    int max = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    return second >= min && second <= max;
  }

  private static CharsetDecoder decoder() {
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
  }
}
