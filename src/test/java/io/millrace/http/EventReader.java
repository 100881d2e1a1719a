package io.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads server-sent events, one by one.
final class EventReader implements AutoCloseable {
  private final BufferedReader lines;

  /// @param id empty if it has none
  record Received(String id, String event, String data) {}

  EventReader(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<InputStream> answer =
        client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/event-stream");
    lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    assertThat(lines.readLine()).startsWith(":");
    assertThat(lines.readLine()).isEmpty();
  }

  /// The next event; comments are passed over.
  Received next() throws IOException {
    Map<String, String> fields = new HashMap<>();
    while (true) {
      @Nullable String line = lines.readLine();
      assertThat(line).as("the next event").isNotNull();
      if (line.isEmpty() && fields.containsKey("data")) {
        return new Received(
            fields.getOrDefault("id", ""),
            fields.getOrDefault("event", "message"),
            fields.getOrDefault("data", ""));
      }
      int colon = line.indexOf(": ");
      if (colon > 0) {
        fields.put(line.substring(0, colon), line.substring(colon + 2));
      }
    }
  }

  void awaitEnd() throws IOException {
    while (lines.readLine() != null) {
      // What came before the end does not matter here.
    }
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
