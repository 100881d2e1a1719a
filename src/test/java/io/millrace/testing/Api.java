package io.millrace.testing;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/// Speaks the REST API as a client would.
public final class Api {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final URI address;
  private final String token;

  public Api(URI address, String token) {
    this.address = address;
    this.token = token;
  }

  /// Submits a script with every default, and returns the run's id.
  public String submit(String script) {
    return submit(new JsonObject().put("script", script));
  }

  public String submit(JsonObject submission) {
    var answer = post("/api/v1/runs", submission);
    if (answer.statusCode() != 201) {
      throw new AssertionError(answer.statusCode() + ": " + text(answer));
    }
    return new JsonObject(text(answer)).getString("id");
  }

  /// Waits until the run has ended, and returns it.
  public JsonObject awaitEnd(String id) {
    while (true) {
      var answer = get("/api/v1/runs/" + id + "?wait=20");
      if (answer.statusCode() != 200) {
        throw new AssertionError(answer.statusCode() + ": " + text(answer));
      }
      var run = new JsonObject(text(answer));
      if (run.getValue("finishedAt") != null && !run.getString("status").equals("queued")) {
        return run;
      }
    }
  }

  public JsonObject find(String id) {
    return new JsonObject(text(get("/api/v1/runs/" + id)));
  }

  /// The bytes a run wrote.
  public byte[] output(String id) {
    return get("/api/v1/runs/" + id + "/output").body();
  }

  public HttpResponse<byte[]> cancel(String id) {
    return post("/api/v1/runs/" + id + "/cancel", new JsonObject());
  }

  public HttpResponse<byte[]> get(String path) {
    return send(request(path).GET());
  }

  public HttpResponse<byte[]> post(String path, JsonObject body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.encode())));
  }

  public HttpResponse<byte[]> delete(String path) {
    return send(request(path).DELETE());
  }

  /// A request to a path of the service, signed with the token.
  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(address.resolve(path)).header("Authorization", "Bearer " + token);
  }

  public HttpResponse<byte[]> send(HttpRequest.Builder request) {
    try {
      return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException failure) {
      throw new AssertionError("no answer", failure);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  public static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
