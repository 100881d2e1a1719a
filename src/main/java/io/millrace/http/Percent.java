package io.millrace.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/// Percent-encoding (RFC 3986), read strictly.
final class Percent {
  private Percent() {}

  /// What `text` stands for, or nothing, with the reason in `faults`.
  static Optional<String> decode(String text, boolean plusIsSpace, String field, Faults faults) {
    var bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        boolean complete =
            i + 2 < text.length()
                && HexFormat.isHexDigit(text.charAt(i + 1))
                && HexFormat.isHexDigit(text.charAt(i + 2));
        if (!complete) {
          faults.add(field, "has a % that two hexadecimal digits do not follow");
          return Optional.empty();
        }
        bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
        i += 2;
      } else if (c == '+' && plusIsSpace) {
        bytes.write(' ');
      } else {
        bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    return Utf8.decode(bytes.toByteArray(), field, faults)
        .filter(
            decoded -> {
              Optional<String> flaw = Utf8.flaw(decoded);
              flaw.ifPresent(problem -> faults.add(field, problem));
              return flaw.isEmpty();
            });
  }
}
