package io.millrace.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/// A request's query parameters; unknown and repeated ones are faults.
final class Query {
  private final Map<String, List<String>> values = new LinkedHashMap<>();
  private final Faults faults;

  private Query(Faults faults) {
    this.faults = faults;
  }

  /// @param single may be there once
  /// @param repeatable may be there any number of times
  static Query read(
      HttpServerRequest request, Faults faults, Set<String> single, Set<String> repeatable) {
    var query = new Query(faults);
    String raw = request.query();
    if (raw == null || raw.isEmpty()) {
      return query;
    }
    for (String pair : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      String rawName = equals < 0 ? pair : pair.substring(0, equals);
      String rawValue = equals < 0 ? "" : pair.substring(equals + 1);
      Optional<String> name = Percent.decode(rawName, true, "query", faults);
      if (name.isEmpty() || pair.isEmpty()) {
        continue;
      }
      Percent.decode(rawValue, true, name.get(), faults)
          .ifPresent(value -> query.take(name.get(), value, single, repeatable));
    }
    return query;
  }

  /// For calls without parameters.
  static void refuseAny(HttpServerRequest request) {
    var faults = new Faults();
    read(request, faults, Set.of(), Set.of());
    faults.refuse();
  }

  private void take(String name, String value, Set<String> single, Set<String> repeatable) {
    if (!single.contains(name) && !repeatable.contains(name)) {
      var known = new ArrayList<>(single);
      known.addAll(repeatable);
      faults.add(name, "is no query parameter of this call" + Nearest.hint(name, known));
      return;
    }
    List<String> list = values.computeIfAbsent(name, key -> new ArrayList<>());
    if (!list.isEmpty() && single.contains(name)) {
      faults.add(name, "must be given once");
      return;
    }
    list.add(value);
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  Optional<String> text(String name) {
    return all(name).stream().findFirst();
  }

  List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  boolean flag(String name) {
    return text(name)
        .map(
            value ->
                switch (value) {
                  case "true" -> true;
                  case "false" -> false;
                  default -> {
                    faults.add(name, "must be true or false, got '" + value + "'");
                    yield false;
                  }
                })
        .orElse(false);
  }

  /// A whole number from `min` to `max`.
  OptionalLong whole(String name, long min, long max) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    if (text.get().matches("-?\\d{1,18}")) {
      long value = Long.parseLong(text.get());
      if (value >= min && value <= max) {
        return OptionalLong.of(value);
      }
    }
    String range = max == Long.MAX_VALUE ? min + " or more" : min + " to " + max;
    faults.add(name, "must be a whole number, %s, got '%s'".formatted(range, text.get()));
    return OptionalLong.empty();
  }

  /// A number of seconds from 0 to `max`, fractions allowed.
  OptionalDouble seconds(String name, double max) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return OptionalDouble.empty();
    }
    if (text.get().matches("\\d{1,9}(\\.\\d{1,9})?")) {
      double value = Double.parseDouble(text.get());
      if (value <= max) {
        return OptionalDouble.of(value);
      }
    }
    faults.add(name, "must be 0 to %.0f seconds, got '%s'".formatted(max, text.get()));
    return OptionalDouble.empty();
  }
}
