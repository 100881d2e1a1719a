package io.millrace.spool;

import io.millrace.run.Outcome;
import io.millrace.run.OutputCounts;
import io.millrace.run.RunId;
import io.millrace.run.Usage;
import java.time.Instant;
import java.util.Optional;

/// How an attempt ended and what it left: the keeper's last word on it.
///
/// @param bootId of the machine's start during which it ended (`/proc/sys/kernel/random/boot_id`)
/// @param startedAt empty if no process of it ever ran
/// @param counts of this attempt alone
/// @param firstOffset where its output begins in the run's output
/// @param stopRequestedAt when somebody first asked for its end
public record ExitRecord(
    RunId run,
    int attempt,
    String bootId,
    Optional<Instant> startedAt,
    Instant finishedAt,
    Outcome outcome,
    Usage usage,
    OutputCounts counts,
    long firstOffset,
    Optional<Instant> stopRequestedAt) {

  /// No encoded record is longer.
  static final int MOST_BYTES = 64 << 10;

  /// Offset in the run's output after its last byte.
  public long end() {
    return firstOffset + counts.bytes();
  }

  /// This record in version 1 of its binary form, with a checksum.
  public byte[] encode() {
    return ExitCodec.encode(this);
  }

  /// The record of these bytes; empty if they are not one, complete and undamaged.
  public static Optional<ExitRecord> decode(byte[] bytes) {
    return ExitCodec.decode(bytes);
  }
}
