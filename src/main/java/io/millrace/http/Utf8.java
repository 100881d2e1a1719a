package io.millrace.http;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Text that is what it says it is: no replaced characters, no NUL, no half surrogates.
final class Utf8 {
  private Utf8() {}

  /// Decodes all of `bytes`, or tells what is wrong through `faults`.
  static Optional<String> decode(byte[] bytes, String field, Faults faults) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      faults.add(
          field, "must be UTF-8, but byte %d is not part of a character".formatted(in.position()));
      return Optional.empty();
    }
    return Optional.of(out.flip().toString());
  }

  /// What PostgreSQL or the kernel could not take of `text`, if there is such a thing.
  static Optional<String> flaw(String text) {
    int nul = text.indexOf(0);
    return nul >= 0
        ? Optional.of("must not contain NUL (character " + nul + ")")
        : loneSurrogate(text);
  }

  /// Where `text` has half of a character that takes two `char`s.
  static Optional<String> loneSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean paired =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!paired) {
          return Optional.of("must not contain a lone surrogate (character " + i + ")");
        }
        i++;
      }
    }
    return Optional.empty();
  }

  /// How many bytes `text` has in UTF-8.
  static long length(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return bytes;
  }
}
