package io.millrace.run;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The seven words clients see for where a run is.
public enum RunStatus {
  QUEUED,
  RUNNING,
  SUCCEEDED,
  FAILED,
  TIMED_OUT,
  CANCELLED,
  LOST;

  /// The word as it stands in the API and in the database, such as `timed_out`.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<RunStatus> parse(String word) {
    return Arrays.stream(values()).filter(status -> status.word().equals(word)).findFirst();
  }

  /// Whether nothing will ever change any more.
  public boolean ended() {
    return this != QUEUED && this != RUNNING;
  }
}
