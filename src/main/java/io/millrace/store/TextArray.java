package io.millrace.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Lists and maps of text as one `text[]`; empty ones are null.
///
/// Many rows travel as arrays of their columns, and PostgreSQL has no arrays of arrays of different
/// lengths: these go as literals (manual, 8.15.2) that the statement casts.
final class TextArray {
  private TextArray() {}

  static @Nullable String literal(List<String> values) {
    if (values.isEmpty()) {
      return null;
    }
    var literal = new StringBuilder("{");
    for (var value : values) {
      literal.append(literal.length() == 1 ? "\"" : ",\"");
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        if (c == '"' || c == '\\') {
          literal.append('\\');
        }
        literal.append(c);
      }
      literal.append('"');
    }
    return literal.append('}').toString();
  }

  /// Key, value, key, value …
  static List<String> pairs(Map<String, String> map) {
    var pairs = new ArrayList<String>(2 * map.size());
    map.forEach(
        (key, value) -> {
          pairs.add(key);
          pairs.add(value);
        });
    return pairs;
  }

  static List<String> list(String @Nullable [] values) {
    return values == null ? List.of() : Arrays.asList(values);
  }

  static Map<String, String> map(String @Nullable [] pairs) {
    if (pairs == null) {
      return Map.of();
    }
    var map = new LinkedHashMap<String, String>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return Collections.unmodifiableMap(map);
  }

  /// `K=V` entries, as an environment has them.
  static List<String> entries(Map<String, String> environment) {
    return environment.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .toList();
  }

  static Map<String, String> environment(String @Nullable [] entries) {
    if (entries == null) {
      return Map.of();
    }
    var environment = new LinkedHashMap<String, String>();
    for (var entry : entries) {
      int equals = entry.indexOf('=');
      environment.put(entry.substring(0, equals), entry.substring(equals + 1));
    }
    return Collections.unmodifiableMap(environment);
  }
}
