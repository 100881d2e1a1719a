package io.millrace.run;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What happens to a submission whose concurrency key another live run holds.
public enum OnConflict {
  /// It waits until the other one has ended.
  QUEUE,
  /// It is refused with 409.
  REJECT,
  /// Queued ones of the key are cancelled, the running one too; the new one starts when its tree is
  /// gone.
  REPLACE;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<OnConflict> parse(String word) {
    return Arrays.stream(values()).filter(value -> value.word().equals(word)).findFirst();
  }
}
