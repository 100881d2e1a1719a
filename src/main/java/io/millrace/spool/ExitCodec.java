package io.millrace.spool;

import io.millrace.run.Outcome;
import io.millrace.run.OutputCounts;
import io.millrace.run.ProcessEnd;
import io.millrace.run.RunId;
import io.millrace.run.Usage;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/// Version 1 of the exit record: magic, version, fields, CRC32C of all before it. Big-endian; times
/// in milliseconds and nanoseconds as the names say; a text is its length in two bytes and UTF-8,
/// cut at [#TEXT_BYTES].
final class ExitCodec {
  private static final int MAGIC = 0x4d524558;
  private static final int VERSION = 1;
  private static final int TEXT_BYTES = 8 << 10;
  private static final int FIXED_BYTES = 256;
  private static final long NONE = Long.MIN_VALUE;

  private ExitCodec() {}

  static byte[] encode(ExitRecord exit) {
    int texts = 3 * (exit.bootId().length() + exit.outcome().reason().length());
    var target = ByteBuffer.allocate(FIXED_BYTES + Math.min(texts, 2 * TEXT_BYTES));
    target.putInt(MAGIC).put((byte) VERSION);
    target.putLong(exit.run().uuid().getMostSignificantBits());
    target.putLong(exit.run().uuid().getLeastSignificantBits());
    target.putInt(exit.attempt());
    putText(target, exit.bootId());
    putTime(target, exit.startedAt());
    putTime(target, Optional.of(exit.finishedAt()));
    putTime(target, exit.stopRequestedAt());
    putOutcome(target, exit.outcome());
    target.putLong(exit.usage().cpu().toNanos()).putLong(exit.usage().maxMemoryBytes());
    target.putLong(exit.firstOffset());
    target.putLong(exit.counts().stdoutBytes()).putLong(exit.counts().stderrBytes());
    target.putLong(exit.counts().truncatedBytes());
    target.putInt(checksum(target.array(), target.position()));
    return Arrays.copyOf(target.array(), target.position());
  }

  static Optional<ExitRecord> decode(byte[] bytes) {
    int body = bytes.length - Integer.BYTES;
    if (body < 0 || ByteBuffer.wrap(bytes).getInt(body) != checksum(bytes, body)) {
      return Optional.empty();
    }
    var source = ByteBuffer.wrap(bytes, 0, body);
    try {
      if (source.getInt() != MAGIC || source.get() != VERSION) {
        return Optional.empty();
      }
      var exit = getExit(source);
      return source.hasRemaining() ? Optional.empty() : Optional.of(exit);
    } catch (BufferUnderflowException | IllegalArgumentException | DateTimeException damaged) {
      return Optional.empty();
    }
  }

  private static ExitRecord getExit(ByteBuffer source) {
    var run = new RunId(new UUID(source.getLong(), source.getLong()));
    int attempt = source.getInt();
    var bootId = getText(source);
    var startedAt = getTime(source);
    var finishedAt =
        getTime(source).orElseThrow(() -> new IllegalArgumentException("no time of the end"));
    var stopRequestedAt = getTime(source);
    var outcome = getOutcome(source);
    var usage = new Usage(Duration.ofNanos(source.getLong()), source.getLong());
    long firstOffset = source.getLong();
    long stdout = source.getLong();
    long stderr = source.getLong();
    var counts = new OutputCounts(stdout + stderr, stdout, stderr, source.getLong());
    if (attempt < 1 || firstOffset < 0 || stdout < 0 || stderr < 0) {
      throw new IllegalArgumentException("negative numbers");
    }
    return new ExitRecord(
        run,
        attempt,
        bootId,
        startedAt,
        finishedAt,
        outcome,
        usage,
        counts,
        firstOffset,
        stopRequestedAt);
  }

  private static void putOutcome(ByteBuffer target, Outcome outcome) {
    switch (outcome) {
      case Outcome.Ended(ProcessEnd end) -> putEnd(target.put((byte) 1), end);
      case Outcome.OutOfMemory(ProcessEnd end, long limit) ->
          putEnd(target.put((byte) 2).putLong(limit), end);
      case Outcome.TimedOut(Duration limit, ProcessEnd end) ->
          putEnd(target.put((byte) 3).putLong(limit.toMillis()), end);
      case Outcome.Cancelled(String by, Optional<ProcessEnd> end) -> {
        putText(target.put((byte) (end.isPresent() ? 4 : 5)), by);
        end.ifPresent(known -> putEnd(target, known));
      }
      case Outcome.NotStarted(String reason) -> putText(target.put((byte) 6), reason);
      case Outcome.Lost(String why) -> putText(target.put((byte) 7), why);
    }
  }

  private static Outcome getOutcome(ByteBuffer source) {
    int kind = source.get();
    return switch (kind) {
      case 1 -> new Outcome.Ended(getEnd(source));
      case 2 -> {
        long limit = source.getLong();
        yield new Outcome.OutOfMemory(getEnd(source), limit);
      }
      case 3 -> {
        var limit = Duration.ofMillis(source.getLong());
        yield new Outcome.TimedOut(limit, getEnd(source));
      }
      case 4 -> {
        var by = getText(source);
        yield new Outcome.Cancelled(by, Optional.of(getEnd(source)));
      }
      case 5 -> new Outcome.Cancelled(getText(source), Optional.empty());
      case 6 -> new Outcome.NotStarted(getText(source));
      case 7 -> new Outcome.Lost(getText(source));
      default -> throw new IllegalArgumentException("no outcome has the number " + kind);
    };
  }

  private static void putEnd(ByteBuffer target, ProcessEnd end) {
    switch (end) {
      case ProcessEnd.Exited(int code) -> target.put((byte) 1).putInt(code);
      case ProcessEnd.Signalled(int signal) -> target.put((byte) 2).putInt(signal);
    }
  }

  private static ProcessEnd getEnd(ByteBuffer source) {
    int kind = source.get();
    return switch (kind) {
      case 1 -> new ProcessEnd.Exited(source.getInt());
      case 2 -> new ProcessEnd.Signalled(source.getInt());
      default -> throw new IllegalArgumentException("no end has the number " + kind);
    };
  }

  private static void putTime(ByteBuffer target, Optional<Instant> time) {
    target.putLong(time.map(Instant::toEpochMilli).orElse(NONE));
  }

  private static Optional<Instant> getTime(ByteBuffer source) {
    long millis = source.getLong();
    return millis == NONE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  private static void putText(ByteBuffer target, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = bytes.length;
    if (length > TEXT_BYTES) {
      length = TEXT_BYTES;
      while ((bytes[length] & 0xc0) == 0x80) {
        length--;
      }
    }
    target.putShort((short) length).put(bytes, 0, length);
  }

  private static String getText(ByteBuffer source) {
    var bytes = new byte[Short.toUnsignedInt(source.getShort())];
    source.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static int checksum(byte[] bytes, int length) {
    var crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
