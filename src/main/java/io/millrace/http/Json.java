package io.millrace.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads a JSON object strictly: one object and nothing behind it, no repeated keys, no NUL, no
/// lone surrogates.
///
/// Values are [String], [java.math.BigDecimal], [Boolean], [List] and [Map]; null means absent.
final class Json {
  static final String TYPE = "application/json";
  private static final int DEEPEST = 16;
  private static final int MOST_DIGITS = 100;

  /// Where the parser begins to speak of its own settings.
  private static final Pattern SETTING = Pattern.compile("\\R|: enable `");

  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(MOST_DIGITS)
                  .build())
          .build();

  private final JsonParser parser;
  private final Faults faults;
  private final Function<String, Optional<String>> flaw;

  private Json(JsonParser parser, Faults faults, Function<String, Optional<String>> flaw) {
    this.parser = parser;
    this.faults = faults;
    this.flaw = flaw;
  }

  /// Refuses a body that is not said to be JSON.
  static void requireType(HttpServerRequest request) {
    MediaType.require(request, TYPE);
  }

  static Optional<Map<String, Object>> object(Buffer body, Faults faults) {
    return Utf8.decode(body.getBytes(), "body", faults)
        .flatMap(text -> object(text, faults, Utf8::flaw));
  }

  /// The fields of a body that may be missing.
  ///
  /// @throws Refusal if there is one that is not said to be JSON, or is none
  static Map<String, Object> optional(HttpServerRequest request, Buffer body, Faults faults) {
    if (body.length() == 0) {
      return Map.of();
    }
    requireType(request);
    Optional<Map<String, Object>> fields = object(body, faults);
    if (fields.isEmpty()) {
      faults.refuse();
    }
    return fields.orElse(Map.of());
  }

  /// A message of a stream. Its strings may contain NUL: a terminal sends it for Ctrl-Space.
  static Optional<Map<String, Object>> message(String text, Faults faults) {
    return object(text, faults, Utf8::loneSurrogate);
  }

  /// The object that `text` is; what is wrong with it is in `faults`, perhaps beside an answer.
  private static Optional<Map<String, Object>> object(
      String text, Faults faults, Function<String, Optional<String>> flaw) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      var json = new Json(parser, faults, flaw);
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        faults.add("body", "must be a JSON object");
        return Optional.empty();
      }
      Map<String, Object> object = json.fields("");
      if (parser.nextToken() != null) {
        faults.add("body", "has something behind the JSON object" + at(parser));
      }
      return Optional.of(object);
    } catch (JsonProcessingException broken) {
      faults.add("body", "is not valid JSON: " + why(broken) + at(parser(broken)));
      return Optional.empty();
    } catch (IOException impossible) {
      throw new UncheckedIOException("a string cannot fail to be read", impossible);
    }
  }

  /// What is wrong with the text, without what the parser says about itself.
  private static String why(JsonProcessingException broken) {
    return switch (broken) {
      case StreamConstraintsException tooMuch ->
          "more than %d levels deep, or a number of more than %d digits"
              .formatted(DEEPEST, MOST_DIGITS);
      case JsonEOFException early -> "it ends too early";
      default -> SETTING.split(broken.getOriginalMessage(), 2)[0];
    };
  }

  private static @Nullable JsonParser parser(JsonProcessingException broken) {
    return broken.getProcessor() instanceof JsonParser parser ? parser : null;
  }

  private static String at(@Nullable JsonParser parser) {
    return parser == null
        ? ""
        : " (line %d, column %d)"
            .formatted(
                parser.currentLocation().getLineNr(), parser.currentLocation().getColumnNr());
  }

  private Map<String, Object> fields(String path) throws IOException {
    Map<String, Object> object = new LinkedHashMap<>();
    Set<String> seen = new HashSet<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      String field = path.isEmpty() ? name : path + "." + name;
      Utf8.flaw(name)
          .ifPresent(flaw -> faults.add(path.isEmpty() ? "body" : path, "has a key that " + flaw));
      if (!seen.add(name)) {
        faults.add(field, "is given more than once");
      }
      value(parser.nextToken(), field).ifPresent(value -> object.put(name, value));
    }
    return object;
  }

  private List<Object> elements(String path) throws IOException {
    List<Object> list = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      String field = path + "[" + list.size() + "]";
      list.add(
          value(token, field)
              .orElseGet(
                  () -> {
                    faults.add(field, "must not be null");
                    return "";
                  }));
    }
    return list;
  }

  private Optional<Object> value(JsonToken token, String path) throws IOException {
    return switch (token) {
      case START_OBJECT -> Optional.of(fields(path));
      case START_ARRAY -> Optional.of(elements(path));
      case VALUE_STRING -> {
        String text = parser.getText();
        flaw.apply(text).ifPresent(problem -> faults.add(path, problem));
        yield Optional.of(text);
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Optional.of(parser.getDecimalValue());
      case VALUE_TRUE -> Optional.of(true);
      case VALUE_FALSE -> Optional.of(false);
      case VALUE_NULL -> Optional.empty();
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
          throw new IllegalStateException("a JSON value cannot begin with " + token);
    };
  }
}
