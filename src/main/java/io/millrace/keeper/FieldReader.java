package io.millrace.keeper;

import io.millrace.run.OutputCounts;
import io.millrace.run.RunId;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;

/// Reads the fields of one frame in the order [FrameWriter] wrote them.
///
/// Whatever is wrong throws an IllegalArgumentException or BufferUnderflowException, before it
/// costs memory.
final class FieldReader {
  private final ByteBuffer body;

  FieldReader(ByteBuffer body) {
    this.body = body;
  }

  /// Refuses bytes that nobody asked for.
  void end() {
    require(!body.hasRemaining(), body.remaining() + " bytes too many");
  }

  int kind() {
    return Byte.toUnsignedInt(body.get());
  }

  int number() {
    return body.getInt();
  }

  long large() {
    return body.getLong();
  }

  boolean flag() {
    int value = body.get();
    require(value == 0 || value == 1, "a flag of " + value);
    return value == 1;
  }

  <E> E choice(List<E> values) {
    int value = body.get();
    require(value >= 0 && value < values.size(), "a choice of " + value);
    return values.get(value);
  }

  byte[] bytes() {
    int length = body.getInt();
    require(length >= 0 && length <= body.remaining(), "a length of " + length);
    var bytes = new byte[length];
    body.get(bytes);
    return bytes;
  }

  String text() {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes())).toString();
    } catch (CharacterCodingException wrong) {
      throw new IllegalArgumentException("a text that is not UTF-8", wrong);
    }
  }

  RunId run() {
    return new RunId(new UUID(large(), large()));
  }

  int attempt() {
    int attempt = number();
    require(attempt >= 1, "attempt " + attempt);
    return attempt;
  }

  Instant time() {
    return Instant.ofEpochMilli(large());
  }

  Duration duration() {
    return Duration.ofNanos(large());
  }

  OutputCounts counts() {
    long stdout = large();
    long stderr = large();
    require(stdout >= 0 && stderr >= 0, "negative counts");
    return new OutputCounts(stdout + stderr, stdout, stderr, large());
  }

  <T> Optional<T> optional(Function<FieldReader, T> reader) {
    return flag() ? Optional.of(reader.apply(this)) : Optional.empty();
  }

  OptionalInt optionalNumber() {
    return flag() ? OptionalInt.of(number()) : OptionalInt.empty();
  }

  OptionalLong optionalLarge() {
    return flag() ? OptionalLong.of(large()) : OptionalLong.empty();
  }

  <T> List<T> list(Function<FieldReader, T> reader) {
    int size = number();
    require(size >= 0 && size <= body.remaining(), "a list of " + size);
    var values = new ArrayList<T>();
    for (int i = 0; i < size; i++) {
      values.add(reader.apply(this));
    }
    return values;
  }

  private static void require(boolean right, String problem) {
    if (!right) {
      throw new IllegalArgumentException(problem);
    }
  }
}
