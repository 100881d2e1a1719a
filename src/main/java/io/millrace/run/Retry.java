package io.millrace.run;

import java.time.Duration;

/// How often a run that failed, timed out or was lost is tried again.
///
/// @param attempts in all, the first included; 1 means never again
/// @param delay before the second attempt
/// @param backoff factor by which the delay grows for each further one, at least 1
public record Retry(int attempts, Duration delay, double backoff) {

  public static final Retry NEVER = new Retry(1, Duration.ZERO, 1);

  /// No pause between two attempts is longer than this.
  public static final Duration LONGEST_DELAY = Duration.ofDays(7);

  public Retry {
    if (attempts < 1 || delay.isNegative() || !(backoff >= 1) || Double.isInfinite(backoff)) {
      throw new IllegalArgumentException(
          "retry needs attempts >= 1, delay >= 0 and backoff >= 1, got %d, %s, %s"
              .formatted(attempts, delay, backoff));
    }
  }

  /// Whether an attempt that ended like this is followed by another one. A cancelled run never is.
  public boolean again(Outcome outcome, int attempt) {
    return switch (outcome.status()) {
      case FAILED, TIMED_OUT, LOST -> attempt < attempts;
      case QUEUED, RUNNING, SUCCEEDED, CANCELLED -> false;
    };
  }

  /// The pause after `attempt` (1 for the first) and before the next.
  public Duration delayAfter(int attempt) {
    double millis = delay.toMillis() * Math.pow(backoff, attempt - 1);
    return Duration.ofMillis((long) Math.min(millis, LONGEST_DELAY.toMillis()));
  }
}
