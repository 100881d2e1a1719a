package io.millrace.run;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/// Name of a run: a UUID of version 7 (RFC 9562), so that ids sort by the time they were made.
///
/// [#createdAt()] is the run's creation time; nothing else stores it.
public record RunId(UUID uuid) implements Comparable<RunId> {

  private static final Pattern CANONICAL =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  private static final int COUNTER_BITS = 12;
  private static final SecureRandom RANDOM = new SecureRandom();

  public RunId {
    if (uuid.version() != 7 || uuid.variant() != 2) {
      throw new IllegalArgumentException("a run id is a UUID of version 7, got " + uuid);
    }
  }

  /// Reads the canonical lower-case form; anything else is empty.
  public static Optional<RunId> parse(String text) {
    return CANONICAL.matcher(text).matches()
        ? Optional.of(new RunId(UUID.fromString(text)))
        : Optional.empty();
  }

  /// The smallest id that could have been made at or after `instant`: turns a time bound into an id
  /// bound.
  public static UUID lowerBound(Instant instant) {
    long millis = Math.clamp(instant.toEpochMilli(), 0, (1L << 48) - 1);
    return new UUID(millis << 16 | 0x7000, 0x8000_0000_0000_0000L);
  }

  /// When the run was accepted, to the millisecond.
  public Instant createdAt() {
    return Instant.ofEpochMilli(uuid.getMostSignificantBits() >>> 16);
  }

  /// Order of creation: unsigned, as PostgreSQL compares `uuid` values.
  @Override
  public int compareTo(RunId other) {
    int high =
        Long.compareUnsigned(uuid.getMostSignificantBits(), other.uuid.getMostSignificantBits());
    return high != 0
        ? high
        : Long.compareUnsigned(
            uuid.getLeastSignificantBits(), other.uuid.getLeastSignificantBits());
  }

  @Override
  public String toString() {
    return uuid.toString();
  }

  /// Makes ids that rise strictly within one process, even when the wall clock stands still or
  /// steps back by up to a second. One that is set back further is followed (RFC 9562, section
  /// 6.2): hours that never were are not told as the time at which a run was made.
  ///
  /// Safe for any thread: the last id's time and counter are one atomic number.
  public static final class Generator {
    private static final long BRIDGED = 1000L << COUNTER_BITS;

    private final InstantSource clock;

    /// Milliseconds and counter of the newest id (`millis << 12 | counter`); every caller advances
    /// it.
    private final AtomicLong last = new AtomicLong();

    public Generator(InstantSource clock) {
      this.clock = clock;
    }

    /// A new id, larger than all this generator made before, unless the clock was set back.
    public RunId next() {
      long now = clock.millis() << COUNTER_BITS;
      long stamp =
          last.updateAndGet(
              previous -> previous - now > BRIDGED ? now : Math.max(previous + 1, now));
      long millis = stamp >>> COUNTER_BITS;
      long counter = stamp & ((1 << COUNTER_BITS) - 1);
      long random = RANDOM.nextLong() & 0x3fff_ffff_ffff_ffffL;
      return new RunId(new UUID(millis << 16 | 0x7000 | counter, 0x8000_0000_0000_0000L | random));
    }
  }
}
