package io.millrace.http;

import io.millrace.spool.Stream;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which part of a run's output a client wants, and how.
///
/// @param from offset of the first byte
/// @param to offset behind the last one
/// @param tail this many bytes at the end, of `only` if it is there
/// @param only one of the two streams
/// @param range from the `Range` header
record OutputRequest(
    OptionalLong from,
    OptionalLong to,
    OptionalLong tail,
    Optional<Stream> only,
    boolean follow,
    boolean timestamps,
    Optional<ByteRange> range) {

  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  /// One range of RFC 9110: from `first` to `last` (inclusive), or the `suffix` last bytes.
  record ByteRange(OptionalLong first, OptionalLong last, OptionalLong suffix) {}

  static OutputRequest read(HttpServerRequest request, Faults faults) {
    Query query =
        Query.read(
            request,
            faults,
            Set.of("from", "to", "tail", "stream", "follow", "timestamps"),
            Set.of());
    var wanted =
        new OutputRequest(
            query.whole("from", 0, Long.MAX_VALUE),
            query.whole("to", 0, Long.MAX_VALUE),
            query.whole("tail", 0, Long.MAX_VALUE),
            stream(query, faults),
            query.flag("follow"),
            query.flag("timestamps"),
            range(request));
    wanted.refuseContradictions(query, faults);
    return wanted;
  }

  private void refuseContradictions(Query query, Faults faults) {
    boolean offsets = query.has("from") || query.has("to");
    if (query.has("tail") && offsets) {
      faults.add("tail", "cannot be given together with from or to");
    }
    if (query.has("stream") && offsets) {
      faults.add("stream", "cannot be given together with from or to: offsets count both streams");
    }
    if (query.has("stream") && range.isPresent()) {
      faults.add("Range", "cannot be given together with stream: offsets count both streams");
    }
    if (range.isPresent() && (offsets || query.has("tail"))) {
      faults.add("Range", "cannot be given together with from, to or tail");
    }
    if (from.isPresent() && to.isPresent() && to.getAsLong() < from.getAsLong()) {
      faults.add("to", "must not lie before from");
    }
  }

  /// The range, where it can be answered: of plain bytes that are not followed.
  Optional<ByteRange> plainRange() {
    return follow || timestamps ? Optional.empty() : range;
  }

  private static Optional<Stream> stream(Query query, Faults faults) {
    return query
        .text("stream")
        .flatMap(
            word ->
                switch (word) {
                  case "stdout" -> Optional.of(Stream.STDOUT);
                  case "stderr" -> Optional.of(Stream.STDERR);
                  default -> {
                    faults.add("stream", "must be stdout or stderr, got '" + word + "'");
                    yield Optional.empty();
                  }
                });
  }

  /// Several ranges, other units and conditions may be ignored (RFC 9110, 14.2), and are.
  private static Optional<ByteRange> range(HttpServerRequest request) {
    List<String> headers = request.headers().getAll("Range");
    if (headers.size() != 1 || request.headers().contains("If-Range")) {
      return Optional.empty();
    }
    Matcher matcher = RANGE.matcher(headers.getFirst().trim());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    OptionalLong first = number(matcher.group(1));
    OptionalLong last = number(matcher.group(2));
    if (first.isEmpty()) {
      return last.isEmpty()
          ? Optional.empty()
          : Optional.of(new ByteRange(OptionalLong.empty(), OptionalLong.empty(), last));
    }
    boolean backwards = last.isPresent() && last.getAsLong() < first.getAsLong();
    return backwards
        ? Optional.empty()
        : Optional.of(new ByteRange(first, last, OptionalLong.empty()));
  }

  private static OptionalLong number(String digits) {
    return digits.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(digits));
  }
}
