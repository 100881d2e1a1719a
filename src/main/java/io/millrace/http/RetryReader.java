package io.millrace.http;

import io.millrace.run.Retry;
import java.time.Duration;

/// Reads `retry`.
final class RetryReader {
  private static final int MOST_ATTEMPTS = 1000;
  private static final int MOST_BACKOFF = 1000;

  private RetryReader() {}

  static Retry read(Fields in) {
    var attempts = in.whole("attempts", 1, MOST_ATTEMPTS);
    Duration delay =
        in.number("delaySeconds", 0, Retry.LONGEST_DELAY.toSeconds())
            .map(SubmissionReader::duration)
            .orElse(Duration.ZERO);
    double backoff = in.number("backoff", 1, MOST_BACKOFF).map(Number::doubleValue).orElse(1.0);
    if (!in.has("attempts")) {
      in.fault("attempts", "is missing: how often it is tried in all");
    }
    in.refuseOthers();
    // One attempt is never followed by another: whatever else was said, it means the same.
    return attempts.orElse(1) == 1
        ? Retry.NEVER
        : new Retry(attempts.getAsInt(), delay, delay.isZero() ? 1 : backoff);
  }
}
