package io.millrace.http;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The fields of one JSON object, taken out one by one with their type; what is wrong goes to
/// `faults`.
final class Fields {
  private final String prefix;
  private final Map<String, Object> values;
  private final Faults faults;
  private final Set<String> known = new LinkedHashSet<>();

  /// @param prefix put before a field's name in faults, such as `limits.`
  Fields(String prefix, Map<String, Object> values, Faults faults) {
    this.prefix = prefix;
    this.values = values;
    this.faults = faults;
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  void fault(String name, String problem) {
    faults.add(prefix + name, problem);
  }

  /// Any text of at most `mostBytes` in UTF-8, the empty one included.
  Optional<String> anyText(String name, long mostBytes) {
    return take(name)
        .flatMap(
            value -> {
              if (!(value instanceof String text)) {
                return wrong(name, "a string", value);
              }
              return limited(name, text, mostBytes);
            });
  }

  /// A text that is not empty.
  Optional<String> text(String name, long mostBytes) {
    return anyText(name, mostBytes)
        .filter(
            text -> {
              if (text.isEmpty()) {
                fault(name, "must not be empty");
              }
              return !text.isEmpty();
            });
  }

  /// A text of one line without control characters (NUL has been complained of before).
  Optional<String> line(String name, long mostBytes) {
    return text(name, mostBytes)
        .filter(
            text -> {
              boolean clean = text.chars().noneMatch(c -> c != 0 && Character.isISOControl(c));
              if (!clean) {
                fault(name, "must be one line without control characters");
              }
              return clean;
            });
  }

  Optional<Boolean> flag(String name) {
    return take(name)
        .flatMap(
            value ->
                value instanceof Boolean flag
                    ? Optional.of(flag)
                    : wrong(name, "true or false", value));
  }

  OptionalInt whole(String name, int min, int max) {
    OptionalLong value = whole(name, (long) min, (long) max);
    return value.isPresent() ? OptionalInt.of((int) value.getAsLong()) : OptionalInt.empty();
  }

  OptionalLong whole(String name, long min, long max) {
    Optional<Object> value = take(name);
    if (value.isEmpty()) {
      return OptionalLong.empty();
    }
    if (value.get() instanceof BigDecimal number) {
      try {
        long whole = number.longValueExact();
        if (whole >= min && whole <= max) {
          return OptionalLong.of(whole);
        }
      } catch (ArithmeticException notWhole) {
        // Told below, like one out of range.
      }
    }
    wrong(name, "a whole number from %d to %d".formatted(min, max), value.get());
    return OptionalLong.empty();
  }

  /// A number from `min` to `max`, fractions allowed.
  Optional<BigDecimal> number(String name, long min, long max) {
    return take(name)
        .flatMap(
            value -> {
              if (value instanceof BigDecimal number
                  && number.compareTo(BigDecimal.valueOf(min)) >= 0
                  && number.compareTo(BigDecimal.valueOf(max)) <= 0) {
                return Optional.of(number);
              }
              return wrong(name, "a number from %d to %d".formatted(min, max), value);
            });
  }

  /// An array of strings, each of at most `mostBytes`.
  Optional<List<String>> texts(String name, long mostBytes) {
    return take(name)
        .flatMap(
            value -> {
              if (!(value instanceof List<?> list)) {
                return wrong(name, "an array of strings", value);
              }
              List<String> texts = new ArrayList<>();
              for (int i = 0; i < list.size(); i++) {
                String element = name + "[" + i + "]";
                if (list.get(i) instanceof String text) {
                  limited(element, text, mostBytes).ifPresent(texts::add);
                } else {
                  wrong(element, "a string", list.get(i));
                }
              }
              return Optional.of(texts);
            });
  }

  /// An object whose values are strings, each of at most `mostBytes`.
  Optional<Map<String, String>> textMap(String name, long mostBytes) {
    return rawObject(name)
        .map(
            object -> {
              Map<String, String> texts = new LinkedHashMap<>();
              object.forEach(
                  (key, value) -> {
                    if (value instanceof String text) {
                      limited(name + "." + key, text, mostBytes)
                          .ifPresent(fine -> texts.put(key, fine));
                    } else {
                      wrong(name + "." + key, "a string", value);
                    }
                  });
              return texts;
            });
  }

  Optional<Fields> object(String name) {
    return rawObject(name).map(object -> new Fields(prefix + name + ".", object, faults));
  }

  /// Whatever is there, for fields of several types.
  Optional<Object> take(String name) {
    known.add(name);
    return Optional.ofNullable(values.get(name));
  }

  /// Says that `value` is not what the field must be; long values are not repeated.
  <T> Optional<T> wrong(String name, String expected, @Nullable Object value) {
    fault(name, "must be " + expected + ", got " + shown(value));
    return Optional.empty();
  }

  /// After all known fields have been taken: the rest is not ours.
  void refuseOthers() {
    for (String name : values.keySet()) {
      if (!known.contains(name) && !faults.enough()) {
        fault(name, "is no field of this object" + Nearest.hint(name, known));
      }
    }
  }

  @SuppressWarnings("unchecked") // Json makes maps with String keys only.
  private Optional<Map<String, Object>> rawObject(String name) {
    return take(name)
        .flatMap(
            value ->
                value instanceof Map<?, ?> object
                    ? Optional.of((Map<String, Object>) object)
                    : wrong(name, "an object", value));
  }

  private Optional<String> limited(String name, String text, long mostBytes) {
    if (text.length() > mostBytes || Utf8.length(text) > mostBytes) {
      fault(name, "must have at most " + mostBytes + " bytes, has " + Utf8.length(text));
      return Optional.empty();
    }
    return Optional.of(text);
  }

  private static String shown(@Nullable Object value) {
    return switch (value) {
      case String text when text.length() > 60 -> "a string of " + text.length() + " characters";
      case String text -> "'" + text + "'";
      case List<?> list -> "an array";
      case Map<?, ?> map -> "an object";
      case null -> "nothing";
      default -> value.toString();
    };
  }
}
