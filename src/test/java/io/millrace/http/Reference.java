package io.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// api/openapi.yaml, as the judge of real requests and answers.
final class Reference {
  private static final Map<String, Object> DOCUMENT = load();

  private Reference() {}

  /// Fails unless the answer is one that the document describes for this call.
  static void check(String method, String path, HttpResponse<?> answer, String body) {
    Optional<Map<String, Object>> operation = operation(method, path);
    String type =
        answer
            .headers()
            .firstValue("Content-Type")
            .orElse("")
            .split(";", 2)[0]
            .toLowerCase(Locale.ROOT);
    if (operation.isEmpty()) {
      assertThat(List.of(401, 403, 404, 405, 421))
          .as(method + " " + path)
          .contains(answer.statusCode());
      checkBody("#/components/responses/Problem", type, body);
      return;
    }
    Map<String, Object> responses = object(operation.get().get("responses"));
    Object response =
        responses.getOrDefault(Integer.toString(answer.statusCode()), responses.get("default"));
    if (!responses.containsKey(Integer.toString(answer.statusCode()))) {
      assertThat(answer.statusCode()).as(method + " " + path).isGreaterThanOrEqualTo(400);
    }
    Map<String, Object> described = resolve(object(response));
    if (!described.containsKey("content")) {
      assertThat(body).isEmpty();
    } else if (!method.equals("HEAD")) {
      checkContent(object(described.get("content")), type, body, method + " " + path);
    }
  }

  /// Whether the document allows this body, for those that it should and should not.
  static List<String> requestErrors(String method, String path, String json) {
    Map<String, Object> body = object(operation(method, path).orElseThrow().get("requestBody"));
    Map<String, Object> content = object(object(body.get("content")).get("application/json"));
    return Schema.errors(
        object(content.get("schema")), plain(Json.decodeValue(json)), Reference::schema);
  }

  /// Fails unless `json` is what the schema of this name describes.
  static void checkMessage(String schema, String json) {
    var errors =
        Schema.errors(
            schema("#/components/schemas/" + schema),
            plain(Json.decodeValue(json)),
            Reference::schema);
    assertThat(errors).as(json).isEmpty();
  }

  static Map<String, Object> document() {
    return DOCUMENT;
  }

  static Map<String, Object> paths() {
    return object(DOCUMENT.get("paths"));
  }

  private static void checkBody(String response, String type, String body) {
    checkContent(object(schema(response).get("content")), type, body, response);
  }

  private static void checkContent(
      Map<String, Object> content, String type, String body, String what) {
    Object media = content.containsKey(type) ? content.get(type) : content.get("*/*");
    assertThat(media)
        .as("%s answers with '%s', described are %s: %s", what, type, content.keySet(), body)
        .isNotNull();
    if (type.endsWith("json")) {
      var errors =
          Schema.errors(
              object(object(media).get("schema")),
              plain(Json.decodeValue(body)),
              Reference::schema);
      assertThat(errors).as(what + ": " + body).isEmpty();
    }
  }

  private static Optional<Map<String, Object>> operation(String method, String path) {
    String bare = path.split("\\?", 2)[0];
    String key = method.equals("HEAD") ? "get" : method.toLowerCase(Locale.ROOT);
    return paths().entrySet().stream()
        .filter(entry -> matches(entry.getKey(), bare))
        .map(entry -> object(entry.getValue()))
        .filter(item -> item.containsKey(key))
        .map(item -> object(item.get(key)))
        .findFirst();
  }

  private static boolean matches(String template, String path) {
    String pattern =
        List.of(template.split("(?=\\{)|(?<=})")).stream()
            .map(
                part ->
                    part.equals("{file}")
                        ? ".+"
                        : part.startsWith("{") ? "[^/]+" : Pattern.quote(part))
            .reduce("", String::concat);
    return path.matches(pattern);
  }

  private static Map<String, Object> resolve(Map<String, Object> described) {
    return described.containsKey("$ref")
        ? schema(Objects.requireNonNull(described.get("$ref")).toString())
        : described;
  }

  static Map<String, Object> schema(String reference) {
    Map<String, Object> node = DOCUMENT;
    for (String step : reference.substring(2).split("/")) {
      assertThat(node).as(reference).containsKey(step);
      node = object(node.get(step));
    }
    return node;
  }

  private static @Nullable Object plain(@Nullable Object json) {
    return switch (json) {
      case JsonObject object -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        object.forEach(entry -> map.put(entry.getKey(), plain(entry.getValue())));
        yield map;
      }
      case JsonArray array -> {
        List<@Nullable Object> list = new ArrayList<>();
        array.forEach(each -> list.add(plain(each)));
        yield list;
      }
      case null, default -> json;
    };
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(@Nullable Object node) {
    return (Map<String, Object>) Objects.requireNonNull(node);
  }

  private static Map<String, Object> load() {
    try (InputStream in =
        Objects.requireNonNull(Reference.class.getResourceAsStream("/api/openapi.yaml"))) {
      var options = new LoaderOptions();
      options.setAllowDuplicateKeys(false);
      Map<String, Object> document = new Yaml(new SafeConstructor(options)).load(in);
      return document;
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }
}
