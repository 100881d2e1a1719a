package io.millrace.run;

/// How much a run wrote so far over all its attempts, or one attempt by itself; in bytes.
///
/// @param bytes all that was written; of a run, the next byte's offset
/// @param truncatedBytes sum of the gaps: written, but not kept
public record OutputCounts(long bytes, long stdoutBytes, long stderrBytes, long truncatedBytes) {
  public static final OutputCounts ZERO = new OutputCounts(0, 0, 0, 0);

  public OutputCounts {
    if (stdoutBytes + stderrBytes != bytes || truncatedBytes < 0 || truncatedBytes > bytes) {
      throw new IllegalArgumentException(
          "counts do not add up: %d bytes, %d of stdout, %d of stderr, %d truncated"
              .formatted(bytes, stdoutBytes, stderrBytes, truncatedBytes));
    }
  }
}
