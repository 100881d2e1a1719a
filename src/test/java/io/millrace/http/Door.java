package io.millrace.http;

import io.millrace.bus.Topics;
import io.millrace.runner.Room;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.UnaryOperator;

/// The real HTTP server on a free loopback port.
final class Door implements AutoCloseable {
  static final String TOKEN = "a-token-of-the-tests";

  final Vertx vertx = Vertx.vertx();
  final KnownFacts facts = new KnownFacts();
  final Viewers viewers = new Viewers();
  final SignIn signIn = new SignIn();
  final HttpClient client = HttpClient.newHttpClient();
  final FakeRuns runs = new FakeRuns(vertx);
  private final HttpVerticle verticle;
  private final String deployment;

  Door() {
    this(settings -> settings);
  }

  Door(UnaryOperator<HttpSettings> change) {
    Topics.install(vertx);
    verticle =
        new HttpVerticle(
            change.apply(HttpSettings.at("127.0.0.1", 0)),
            new Tokens(List.of(TOKEN)),
            signIn,
            runs,
            runs,
            EventLog.follow(vertx, InstantSource.system(), 100, 1 << 20),
            facts,
            viewers,
            new Room(24 << 20));
    deployment = vertx.deployVerticle(verticle).await();
  }

  /// Stops the server as the service does.
  void stop() {
    vertx.undeploy(deployment).await();
  }

  int port() {
    return verticle.port();
  }

  /// How many TCP connections the server has open, as the kernel sees it.
  long connections() throws IOException {
    String port = ":%04X ".formatted(port());
    long count = 0;
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      for (String line : Files.readAllLines(Path.of(table))) {
        String[] fields = line.trim().split(" +");
        boolean established = fields[3].equals("01");
        count += established && (fields[1] + " ").endsWith(port) ? 1 : 0;
      }
    }
    return count;
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  /// A request with the token, to be completed.
  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(uri(path))
        .timeout(Duration.ofSeconds(30))
        .header("Authorization", "Bearer " + TOKEN);
  }

  HttpRequest.Builder stranger(String path) {
    return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(30));
  }

  /// The answer, held against the reference.
  HttpResponse<String> send(HttpRequest.Builder builder) {
    HttpRequest request = builder.build();
    HttpResponse<byte[]> answer = sendForBytes(request);
    String body = new String(answer.body(), StandardCharsets.UTF_8);
    Reference.check(request.method(), request.uri().getRawPath(), answer, body);
    return new TextAnswer(answer, body);
  }

  HttpResponse<byte[]> sendForBytes(HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException | InterruptedException broken) {
      throw new AssertionError("no answer", broken);
    }
  }

  static JsonObject json(HttpResponse<String> response) {
    return new JsonObject(response.body());
  }

  /// Sends `text` as it is and answers all that comes back until the server closes.
  String raw(String text) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  HttpResponse<String> get(String path) {
    return send(to(path));
  }

  HttpResponse<String> postJson(String path, String json) {
    return send(
        to(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  /// The first line of the answer to `text`.
  String firstLine(String text) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      var reader =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      return reader.readLine() + " ";
    }
  }

  @Override
  public void close() {
    client.close();
    vertx.close().await();
  }
}
