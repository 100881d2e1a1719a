package io.millrace.http;

import io.millrace.runner.Fault;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An answer that is not what the client hoped for (RFC 9457), with what to do next.
///
/// @param kind one word for programs, the last part of `type`
/// @param detail what happened, with the values
/// @param next what the client can do about it
/// @param errors each thing that is wrong with the request, where there may be several
/// @param headers that the answer carries beside its body
public record Problem(
    int status,
    String kind,
    String detail,
    String next,
    List<Fault> errors,
    Map<String, String> headers) {

  public static final String CONTENT_TYPE = "application/problem+json";

  public Problem {
    errors = List.copyOf(errors);
    headers = Map.copyOf(headers);
  }

  static Problem of(int status, String kind, String detail, String next) {
    return new Problem(status, kind, detail, next, List.of(), Map.of());
  }

  Problem with(List<Fault> faults) {
    return new Problem(status, kind, detail, next, faults, headers);
  }

  Problem withHeader(String name, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Problem(status, kind, detail, next, errors, more);
  }

  JsonObject json() {
    var json =
        new JsonObject()
            .put("type", "urn:millrace:problem:" + kind)
            .put("title", HttpResponseStatus.valueOf(status).reasonPhrase())
            .put("status", status)
            .put("detail", detail)
            .put("next", next);
    if (!errors.isEmpty()) {
      var list = new JsonArray();
      errors.forEach(
          fault ->
              list.add(
                  new JsonObject().put("field", fault.field()).put("problem", fault.problem())));
      json.put("errors", list);
    }
    return json;
  }

  /// Answers with it, unless an answer is already on its way. With `Connection: close` the
  /// connection ends with it.
  void answer(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed() || response.headWritten()) {
      return;
    }
    // What was said of the answer that this one takes the place of.
    response.headers().remove("Content-Length").remove("Content-Range");
    headers.forEach(response::putHeader);
    Buffer body = json().toBuffer();
    response
        .setStatusCode(status)
        .putHeader("Content-Type", CONTENT_TYPE)
        .end(body)
        .onSuccess(
            sent -> {
              if ("close".equals(headers.get("Connection"))) {
                request.connection().close();
              }
            });
  }
}
