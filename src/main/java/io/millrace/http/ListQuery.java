package io.millrace.http;

import io.millrace.run.RunFilter;
import io.millrace.run.RunId;
import io.millrace.run.RunStatus;
import io.millrace.store.Position;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.StringJoiner;

/// Which page of which list a client wants.
final class ListQuery {
  private static final int DEFAULT_LIMIT = 50;
  private static final int MOST_ITEMS = 500;
  private static final long MOST_OFFSET = 1L << 40;
  private static final Set<String> SINGLE =
      Set.of("limit", "cursor", "offset", "unit", "node", "since", "until", "name", "text");
  private static final Set<String> REPEATABLE = Set.of("status", "label");

  private final Query query;
  private final RunFilter filter;
  private final Position position;
  private final int limit;

  private ListQuery(Query query, RunFilter filter, Position position, int limit) {
    this.query = query;
    this.filter = filter;
    this.position = position;
    this.limit = limit;
  }

  static ListQuery read(HttpServerRequest request, Faults faults) {
    Query query = Query.read(request, faults, SINGLE, REPEATABLE);
    var filter =
        new RunFilter(
            statuses(query, faults),
            given(query, "unit", faults),
            given(query, "node", faults),
            labels(query, faults),
            time(query, "since", faults),
            time(query, "until", faults),
            given(query, "name", faults),
            given(query, "text", faults));
    int limit = (int) query.whole("limit", 1, MOST_ITEMS).orElse(DEFAULT_LIMIT);
    return new ListQuery(query, filter, position(query, filter, faults), limit);
  }

  RunFilter filter() {
    return filter;
  }

  Position position() {
    return position;
  }

  int limit() {
    return limit;
  }

  /// The `Link` header of the page behind this one (RFC 8288).
  String link(String cursor) {
    var parameters = new StringJoiner("&");
    for (String name : SINGLE) {
      if (!name.equals("cursor") && !name.equals("offset")) {
        query.text(name).ifPresent(value -> parameters.add(pair(name, value)));
      }
    }
    REPEATABLE.forEach(name -> query.all(name).forEach(value -> parameters.add(pair(name, value))));
    parameters.add(pair("cursor", cursor));
    return "<%s?%s>; rel=\"next\"".formatted(RunRoutes.PATH, parameters);
  }

  private static String pair(String name, String value) {
    return name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private static Position position(Query query, RunFilter filter, Faults faults) {
    OptionalLong offset = query.whole("offset", 0, MOST_OFFSET);
    if (query.has("offset") && query.has("cursor")) {
      faults.add("offset", "cannot be given together with cursor");
    } else if (query.has("cursor")) {
      Optional<RunId> before = Cursor.decode(query.text("cursor").orElse(""), filter);
      if (before.isPresent()) {
        return new Position.Before(before.get());
      }
      faults.add(
          "cursor",
          "is not one of this list: take nextCursor of its page before, with the same filters");
    }
    return offset.orElse(0) > 0 ? new Position.Offset(offset.getAsLong()) : new Position.Newest();
  }

  private static Set<RunStatus> statuses(Query query, Faults faults) {
    Set<RunStatus> statuses = new LinkedHashSet<>();
    for (String word : query.all("status")) {
      RunStatus.parse(word)
          .ifPresentOrElse(
              statuses::add,
              () ->
                  faults.add(
                      "status",
                      "must be queued, running, succeeded, failed, timed_out, cancelled or lost,"
                          + " got '"
                          + word
                          + "'"));
    }
    return statuses;
  }

  private static Map<String, String> labels(Query query, Faults faults) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (String pair : query.all("label")) {
      int colon = pair.indexOf(':');
      if (colon < 1) {
        faults.add("label", "must have the form k:v, got '" + pair + "'");
        continue;
      }
      String key = pair.substring(0, colon);
      String value = pair.substring(colon + 1);
      if (!value.equals(labels.getOrDefault(key, value))) {
        faults.add("label", "cannot have two values for one key, '" + key + "'");
      }
      labels.put(key, value);
    }
    return labels;
  }

  private static Optional<String> given(Query query, String name, Faults faults) {
    Optional<String> text = query.text(name);
    if (text.map(String::isEmpty).orElse(false)) {
      faults.add(name, "must not be empty");
    }
    return text;
  }

  private static Optional<Instant> time(Query query, String name, Faults faults) {
    // A + that was not encoded has become a blank; no time has one.
    Optional<String> text = query.text(name).map(value -> value.replace(' ', '+'));
    Optional<Instant> time = text.flatMap(SubmissionReader::time);
    if (text.isPresent() && time.isEmpty()) {
      faults.add(
          name, "must be a time such as 2031-05-24T18:30:00Z (RFC 3339), got '" + text.get() + "'");
    }
    return time;
  }
}
