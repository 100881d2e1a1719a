package io.millrace.http;

import io.vertx.core.http.HttpServerRequest;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Makes the query parameters beside a `text/x-shellscript` body into the fields that JSON would
/// have had.
final class ScriptQuery {
  private static final Set<String> TEXTS =
      Set.of(
          "name",
          "unit",
          "workdir",
          "user",
          "umask",
          "concurrencyKey",
          "onConflict",
          "runAt",
          "interpreter");
  private static final Set<String> NUMBERS =
      Set.of("timeoutSeconds", "graceSeconds", "priority", "nice");
  private static final Set<String> FLAGS = Set.of("isolate", "mergeStderr", "stdin");
  private static final Map<String, String> LIMITS =
      Map.of(
          "limit.memory", "memory",
          "limit.cpu", "cpu",
          "limit.processes", "processes",
          "limit.openFiles", "openFiles",
          "limit.output", "output");
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}(\\.\\d{1,9})?");

  private final Query query;
  private final Faults faults;
  private final Map<String, Object> fields = new LinkedHashMap<>();

  private ScriptQuery(Query query, Faults faults) {
    this.query = query;
    this.faults = faults;
  }

  static Map<String, Object> read(HttpServerRequest request, String script, Faults faults) {
    var single = new TreeSet<>(TEXTS);
    single.addAll(NUMBERS);
    single.addAll(FLAGS);
    single.addAll(LIMITS.keySet());
    Query query = Query.read(request, faults, single, Set.of("arg", "env", "label"));
    return new ScriptQuery(query, faults).fields(script);
  }

  private Map<String, Object> fields(String script) {
    fields.put("script", script);
    TEXTS.forEach(name -> query.text(name).ifPresent(value -> fields.put(name, value)));
    NUMBERS.forEach(name -> query.text(name).ifPresent(value -> fields.put(name, number(value))));
    FLAGS.forEach(name -> query.text(name).ifPresent(value -> fields.put(name, flag(value))));
    limits();
    if (query.has("arg")) {
      fields.put("args", List.copyOf(query.all("arg")));
    }
    pairs("env", "env", '=', "K=V");
    pairs("label", "labels", ':', "k:v");
    return fields;
  }

  private void limits() {
    Map<String, Object> limits = new LinkedHashMap<>();
    LIMITS.forEach(
        (parameter, name) ->
            query
                .text(parameter)
                .ifPresent(
                    value ->
                        limits.put(
                            name,
                            name.equals("processes") || name.equals("openFiles")
                                ? number(value)
                                : value)));
    if (!limits.isEmpty()) {
      fields.put("limits", limits);
    }
  }

  private void pairs(String parameter, String field, char separator, String form) {
    Map<String, Object> pairs = new LinkedHashMap<>();
    for (String pair : query.all(parameter)) {
      int at = pair.indexOf(separator);
      if (at < 1) {
        faults.add(parameter, "must have the form %s, got '%s'".formatted(form, pair));
      } else if (pairs.put(pair.substring(0, at), pair.substring(at + 1)) != null) {
        faults.add(field + "." + pair.substring(0, at), "is given more than once");
      }
    }
    if (query.has(parameter)) {
      fields.put(field, pairs);
    }
  }

  /// The number, or the text that is none, for the reader to complain about.
  private static Object number(String text) {
    return NUMBER.matcher(text).matches() ? new BigDecimal(text) : text;
  }

  /// `stdin` is true or the whole input; the others only true or false.
  private static Object flag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> text;
    };
  }
}
