package io.millrace.keeper;

import io.millrace.run.OutputCounts;
import io.millrace.run.RunId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/// Builds one frame: length, kind, fields. Numbers are big-endian; [FieldReader] reads what is
/// written here.
final class FrameWriter {
  private ByteBuffer buffer = ByteBuffer.allocate(256);

  FrameWriter(int kind) {
    buffer.putInt(0).put((byte) kind);
  }

  /// The whole frame.
  byte[] frame() {
    int length = buffer.position() - Integer.BYTES;
    if (length > Wire.MOST_BYTES) {
      throw new IllegalArgumentException(
          "a message to or from the keeper has at most %d bytes, this one has %d"
              .formatted(Wire.MOST_BYTES, length));
    }
    buffer.putInt(0, length);
    var frame = new byte[buffer.position()];
    buffer.get(0, frame);
    return frame;
  }

  FrameWriter number(int value) {
    room(Integer.BYTES).putInt(value);
    return this;
  }

  FrameWriter number(long value) {
    room(Long.BYTES).putLong(value);
    return this;
  }

  FrameWriter flag(boolean value) {
    room(1).put((byte) (value ? 1 : 0));
    return this;
  }

  /// The place of `value` among all `values`, whose order is for ever.
  <E> FrameWriter choice(List<E> values, E value) {
    room(1).put((byte) values.indexOf(value));
    return this;
  }

  FrameWriter bytes(byte[] value) {
    number(value.length);
    room(value.length).put(value);
    return this;
  }

  FrameWriter text(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  FrameWriter run(RunId run) {
    return number(run.uuid().getMostSignificantBits()).number(run.uuid().getLeastSignificantBits());
  }

  FrameWriter time(Instant value) {
    return number(value.toEpochMilli());
  }

  FrameWriter duration(Duration value) {
    return number(value.toNanos());
  }

  FrameWriter counts(OutputCounts counts) {
    return number(counts.stdoutBytes())
        .number(counts.stderrBytes())
        .number(counts.truncatedBytes());
  }

  <T> FrameWriter optional(Optional<T> value, BiConsumer<FrameWriter, T> writer) {
    flag(value.isPresent());
    value.ifPresent(present -> writer.accept(this, present));
    return this;
  }

  FrameWriter optional(OptionalInt value) {
    flag(value.isPresent());
    value.ifPresent(this::number);
    return this;
  }

  FrameWriter optional(OptionalLong value) {
    flag(value.isPresent());
    value.ifPresent(this::number);
    return this;
  }

  <T> FrameWriter list(Collection<T> values, BiConsumer<FrameWriter, T> writer) {
    number(values.size());
    values.forEach(value -> writer.accept(this, value));
    return this;
  }

  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes) {
      int size = Math.max(buffer.capacity() * 2, buffer.position() + bytes);
      buffer = ByteBuffer.allocate(size).put(buffer.flip());
    }
    return buffer;
  }
}
