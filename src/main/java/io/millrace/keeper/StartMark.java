package io.millrace.keeper;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// What is written into a run directory before its main process is started, so that a later keeper
/// knows that it was.
///
/// @param by the keeper that started it
/// @param firstOffset where the attempt's output begins in the run's
record StartMark(Identity by, Instant at, long firstOffset) {
  StartMark {
    if (by.bootId().isEmpty() || by.pid() < 1 || firstOffset < 0) {
      throw new IllegalArgumentException("no keeper wrote " + by + ", " + firstOffset);
    }
  }

  /// Its fields and their CRC32C.
  byte[] encode() {
    var fields =
        new WireWriter(0)
            .text(by.bootId())
            .number(by.pid())
            .number(by.startTicks())
            .time(at)
            .number(firstOffset)
            .bytes();
    return ByteBuffer.allocate(fields.length + Integer.BYTES)
        .put(fields)
        .putInt(checksum(fields))
        .array();
  }

  /// @throws RuntimeException for what [#encode] did not make. Keepers before the checksum was
  ///   added wrote the fields alone, which is right, too
  static StartMark of(byte[] bytes) {
    var in = new WireReader(bytes);
    var mark =
        new StartMark(new Identity(in.text(), in.number(), in.number()), in.time(), in.number());
    int length = mark.encode().length - Integer.BYTES;
    var fields = Arrays.copyOf(bytes, length);
    if (bytes.length != length && ByteBuffer.wrap(bytes).getInt(length) != checksum(fields)) {
      throw new IllegalArgumentException("its checksum is another");
    }
    return mark;
  }

  private static int checksum(byte[] fields) {
    var crc = new CRC32C();
    crc.update(fields);
    return (int) crc.getValue();
  }
}
