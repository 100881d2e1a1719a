package io.millrace.keeper;

import io.millrace.run.OutputCounts;
import io.millrace.run.RunId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// Writes the values of the protocol, big-endian, with room for the frame's length before them.
final class WireWriter {
  private final int prefix;
  private ByteBuffer bytes = ByteBuffer.allocate(256);

  WireWriter(int prefix) {
    this.prefix = prefix;
    bytes.position(prefix);
  }

  byte[] framed() {
    bytes.putInt(0, bytes.position() - prefix);
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  byte[] bytes() {
    return Arrays.copyOfRange(bytes.array(), prefix, bytes.position());
  }

  WireWriter kind(int kind) {
    room(1).put((byte) kind);
    return this;
  }

  WireWriter flag(boolean value) {
    room(1).put((byte) (value ? 1 : 0));
    return this;
  }

  WireWriter number(int value) {
    room(4).putInt(value);
    return this;
  }

  WireWriter number(long value) {
    room(8).putLong(value);
    return this;
  }

  WireWriter bytes(byte[] value) {
    number(value.length);
    room(value.length).put(value);
    return this;
  }

  WireWriter text(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  WireWriter texts(Collection<String> values) {
    number(values.size());
    values.forEach(this::text);
    return this;
  }

  WireWriter run(RunId run) {
    return number(run.uuid().getMostSignificantBits()).number(run.uuid().getLeastSignificantBits());
  }

  WireWriter time(Instant value) {
    return number(value.getEpochSecond()).number(value.getNano());
  }

  WireWriter span(Duration value) {
    return number(value.toNanos());
  }

  WireWriter counts(OutputCounts value) {
    return number(value.stdoutBytes()).number(value.stderrBytes()).number(value.truncatedBytes());
  }

  WireWriter optional(OptionalInt value) {
    flag(value.isPresent());
    value.ifPresent(this::number);
    return this;
  }

  WireWriter optional(OptionalLong value) {
    flag(value.isPresent());
    value.ifPresent(this::number);
    return this;
  }

  <T> WireWriter optional(Optional<T> value, Consumer<T> write) {
    flag(value.isPresent());
    value.ifPresent(write);
    return this;
  }

  private ByteBuffer room(int more) {
    if (bytes.remaining() < more) {
      var larger = ByteBuffer.allocate(2 * (bytes.position() + more));
      larger.put(bytes.flip());
      bytes = larger;
    }
    return bytes;
  }
}
