package io.millrace.keeper;

import io.millrace.run.OutputCounts;
import io.millrace.run.RunId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;

/// Reads what [WireWriter] wrote; anything that cannot be that throws.
final class WireReader {
  /// What a frame says of its size is only believed when the elements are there.
  private static final int LIKELY_ELEMENTS = 64;

  private final ByteBuffer bytes;

  WireReader(byte[] frame) {
    this.bytes = ByteBuffer.wrap(frame);
  }

  int kind() {
    return bytes.get();
  }

  boolean flag() {
    return bytes.get() != 0;
  }

  int integer() {
    return bytes.getInt();
  }

  long number() {
    return bytes.getLong();
  }

  byte[] bytes() {
    int length = integer();
    if (length < 0 || length > bytes.remaining()) {
      throw new IllegalArgumentException(
          length + " bytes where " + bytes.remaining() + " are left");
    }
    var value = new byte[length];
    bytes.get(value);
    return value;
  }

  String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  List<String> texts() {
    return list(this::text);
  }

  <T> List<T> list(Supplier<T> element) {
    int size = integer();
    if (size < 0 || size > bytes.remaining()) {
      throw new IllegalArgumentException(size + " elements in " + bytes.remaining() + " bytes");
    }
    var values = new ArrayList<T>(Math.min(size, LIKELY_ELEMENTS));
    for (int i = 0; i < size; i++) {
      values.add(element.get());
    }
    return values;
  }

  RunId run() {
    return new RunId(new UUID(number(), number()));
  }

  Instant time() {
    return Instant.ofEpochSecond(number(), integer());
  }

  Duration span() {
    return Duration.ofNanos(number());
  }

  OutputCounts counts() {
    long stdout = number();
    long stderr = number();
    return new OutputCounts(stdout + stderr, stdout, stderr, number());
  }

  OptionalInt optionalInteger() {
    return flag() ? OptionalInt.of(integer()) : OptionalInt.empty();
  }

  OptionalLong optionalNumber() {
    return flag() ? OptionalLong.of(number()) : OptionalLong.empty();
  }

  <T> Optional<T> optional(Supplier<T> value) {
    return flag() ? Optional.of(value.get()) : Optional.empty();
  }
}
