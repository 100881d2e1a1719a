package io.millrace.http;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// As much of JSON Schema 2020-12 as api/openapi.yaml uses. A keyword it does not know is an error,
/// not ignored.
final class Schema {
  private static final Set<String> ANNOTATIONS =
      Set.of("description", "default", "title", "format");

  private final Function<String, Map<String, Object>> references;
  private final List<String> errors = new ArrayList<>();

  private Schema(Function<String, Map<String, Object>> references) {
    this.references = references;
  }

  /// What is wrong with `value`; empty if nothing is.
  static List<String> errors(
      Map<String, Object> schema,
      @Nullable Object value,
      Function<String, Map<String, Object>> references) {
    var check = new Schema(references);
    check.check(schema, value, "$", new HashSet<>());
    return check.errors;
  }

  /// @param seen properties that some part of the schema has named
  private void check(
      Map<String, Object> schema, @Nullable Object value, String at, Set<String> seen) {
    schema.forEach(
        (keyword, rule) -> {
          if (!keyword.equals("unevaluatedProperties")) {
            keyword(keyword, rule, schema, value, at, seen);
          }
        });
    if (Boolean.FALSE.equals(schema.get("unevaluatedProperties"))
        && value instanceof Map<?, ?> object) {
      object.keySet().stream()
          .filter(name -> !seen.contains(name.toString()))
          .forEach(name -> errors.add(at + "." + name + " is not described"));
    }
  }

  private void keyword(
      String keyword,
      Object rule,
      Map<String, Object> schema,
      @Nullable Object value,
      String at,
      Set<String> seen) {
    switch (keyword) {
      case "$ref" -> check(references.apply(rule.toString()), value, at, seen);
      case "type" ->
          require(
              types(rule).stream().anyMatch(type -> is(type, value)), at, "is no " + rule, value);
      case "const" -> require(rule.equals(value), at, "is not " + rule, value);
      case "enum" -> require(((List<?>) rule).contains(value), at, "is none of " + rule, value);
      case "allOf" -> list(rule).forEach(part -> check(part, value, at, seen));
      case "oneOf" -> oneOf(rule, value, at);
      case "required" -> {
        if (value instanceof Map<?, ?> object) {
          ((List<?>) rule)
              .forEach(name -> require(object.containsKey(name), at, "lacks " + name, value));
        }
      }
      case "properties" -> properties(object(rule), value, at, seen);
      case "additionalProperties" -> additional(rule, schema, value, at);
      case "propertyNames" -> {
        if (value instanceof Map<?, ?> object) {
          object.keySet().forEach(name -> check(object(rule), name, at + " key", new HashSet<>()));
        }
      }
      case "items" -> {
        if (value instanceof List<?> array) {
          for (int i = 0; i < array.size(); i++) {
            check(object(rule), array.get(i), at + "[" + i + "]", new HashSet<>());
          }
        }
      }
      case "minItems" ->
          require(!(value instanceof List<?> l) || l.size() >= (int) rule, at, "is short", value);
      case "maxProperties" ->
          require(!(value instanceof Map<?, ?> m) || m.size() <= (int) rule, at, "is large", value);
      case "minLength" ->
          require(!(value instanceof String s) || s.length() >= (int) rule, at, "is short", value);
      case "maxLength" ->
          require(!(value instanceof String s) || s.length() <= (int) rule, at, "is long", value);
      case "minimum" ->
          require(
              !(value instanceof Number n) || big(n).compareTo(big((Number) rule)) >= 0,
              at,
              "is below " + rule,
              value);
      case "maximum" ->
          require(
              !(value instanceof Number n) || big(n).compareTo(big((Number) rule)) <= 0,
              at,
              "is above " + rule,
              value);
      case "pattern" ->
          require(
              !(value instanceof String s) || Pattern.compile(rule.toString()).matcher(s).find(),
              at,
              "does not match " + rule,
              value);
      default ->
          require(ANNOTATIONS.contains(keyword), at, "has the unknown keyword " + keyword, value);
    }
  }

  private void properties(
      Map<String, Object> properties, @Nullable Object value, String at, Set<String> seen) {
    if (value instanceof Map<?, ?> object) {
      properties.forEach(
          (name, schema) -> {
            seen.add(name);
            if (object.containsKey(name)) {
              check(object(schema), object.get(name), at + "." + name, new HashSet<>());
            }
          });
    }
  }

  private void additional(
      Object rule, Map<String, Object> schema, @Nullable Object value, String at) {
    if (!(value instanceof Map<?, ?> object)) {
      return;
    }
    Set<String> named =
        schema.containsKey("properties") ? object(schema.get("properties")).keySet() : Set.of();
    object.forEach(
        (name, each) -> {
          if (!named.contains(name.toString())) {
            if (Boolean.FALSE.equals(rule)) {
              errors.add(at + "." + name + " is not described");
            } else if (rule instanceof Map<?, ?>) {
              check(object(rule), each, at + "." + name, new HashSet<>());
            }
          }
        });
  }

  private void oneOf(Object rule, @Nullable Object value, String at) {
    List<List<String>> each =
        list(rule).stream().map(part -> errors(part, value, references)).toList();
    long matches = each.stream().filter(List::isEmpty).count();
    require(matches == 1, at, "matches " + matches + " of its forms " + each, value);
  }

  private void require(boolean fine, String at, String problem, @Nullable Object value) {
    if (!fine) {
      errors.add(at + " " + problem + ": " + value);
    }
  }

  private static boolean is(String type, @Nullable Object value) {
    return switch (type) {
      case "null" -> value == null;
      case "string" -> value instanceof String;
      case "boolean" -> value instanceof Boolean;
      case "integer" -> value instanceof Integer || value instanceof Long;
      case "number" -> value instanceof Number;
      case "object" -> value instanceof Map<?, ?>;
      case "array" -> value instanceof List<?>;
      default -> throw new AssertionError("no type: " + type);
    };
  }

  private static List<String> types(Object rule) {
    return rule instanceof List<?> several
        ? several.stream().map(Object::toString).toList()
        : List.of(rule.toString());
  }

  private static BigDecimal big(Number number) {
    return new BigDecimal(number.toString());
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(@Nullable Object rule) {
    return (Map<String, Object>) java.util.Objects.requireNonNull(rule);
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> list(Object rule) {
    return (List<Map<String, Object>>) rule;
  }
}
