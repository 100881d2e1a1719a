package io.millrace.http;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Amounts as people write them.
final class Sizes {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?)([KMGT]?)");
  private static final Pattern PERCENT = Pattern.compile("(\\d{1,9})%");
  private static final String POWERS = "KMGT";

  private Sizes() {}

  /// `512M` as bytes, in powers of 1024; empty for anything that is no positive size.
  static OptionalLong bytes(String text) {
    Matcher matcher = SIZE.matcher(text.toUpperCase(Locale.ROOT));
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    int power = matcher.group(2).isEmpty() ? 0 : POWERS.indexOf(matcher.group(2)) + 1;
    BigDecimal bytes =
        new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(1L << (10 * power)));
    boolean fits =
        bytes.compareTo(BigDecimal.ONE) >= 0
            && bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0;
    return fits ? OptionalLong.of(bytes.longValue()) : OptionalLong.empty();
  }

  /// `150%` as 150; empty for anything that is no positive percentage.
  static OptionalInt percent(String text) {
    Matcher matcher = PERCENT.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(1)) == 0) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(Integer.parseInt(matcher.group(1)));
  }

  /// Bytes as the shortest text that means the same: `512M`.
  static String ofBytes(long bytes) {
    long rest = bytes;
    int power = 0;
    while (power < POWERS.length() && rest % 1024 == 0 && rest > 0) {
      rest /= 1024;
      power++;
    }
    return rest + (power == 0 ? "" : POWERS.substring(power - 1, power));
  }
}
