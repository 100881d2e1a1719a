package io.millrace.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a body is said to be. A charset may be named, if it is UTF-8.
final class MediaType {
  private static final Pattern FORM =
      Pattern.compile(
          "\\s*([a-zA-Z0-9!#$&^_.+-]+/[a-zA-Z0-9!#$&^_.+-]+)\\s*"
              + "(?:;\\s*charset\\s*=\\s*\"?utf-?8\"?\\s*)?;?\\s*",
          Pattern.CASE_INSENSITIVE);

  private MediaType() {}

  /// Answers which of `allowed` the body is; refuses all others with 415.
  static String require(HttpServerRequest request, String... allowed) {
    List<String> headers = request.headers().getAll("Content-Type");
    String header = headers.isEmpty() ? "nothing" : String.join(", ", headers);
    Matcher matcher = FORM.matcher(header);
    if (matcher.matches()) {
      String type = matcher.group(1).toLowerCase(Locale.ROOT);
      if (List.of(allowed).contains(type)) {
        return type;
      }
    }
    throw new Refusal(Problems.contentType(header, String.join(" or ", allowed)));
  }
}
