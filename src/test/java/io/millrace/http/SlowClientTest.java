package io.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.Submission;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Clients that trickle (slow loris) are let go; those that wait for an answer are not.
class SlowClientTest {
  private static Door door;

  @BeforeAll
  static void open() {
    door = new Door(settings -> Settings.impatient(settings, Duration.ofMillis(400)));
  }

  @AfterAll
  static void close() {
    door.close();
  }

  @Test
  void a_head_that_never_ends_is_cut_off_however_it_trickles() throws IOException {
    try (Socket socket = connect("GET /version HTTP/1.1\r\nHost: localhost\r\n")) {
      var trickle = trickle(socket, "X: y\r\n");
      assertThat(answer(socket)).isEmpty();
      assertThat(trickle).succeedsWithin(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void a_connection_that_says_nothing_is_closed() throws IOException {
    try (Socket silent = connect("")) {
      assertThat(answer(silent)).isEmpty();
    }
    try (Socket idle = connect("GET /version HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
      assertThat(answer(idle)).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void a_body_that_never_ends_is_408() throws IOException {
    String head =
        "POST /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
            + "Content-Type: text/x-shellscript\r\nContent-Length: 100000\r\n\r\n";
    try (Socket socket = connect(head.formatted(Door.TOKEN))) {
      var trickle = trickle(socket, "#");
      assertThat(answer(socket)).startsWith("HTTP/1.1 408 ").contains("too-slow");
      assertThat(trickle).succeedsWithin(20, TimeUnit.SECONDS);
    }
    assertThat(door.runs.count()).isZero();
  }

  @Test
  void a_stranger_who_sends_on_after_the_refusal_is_cut_off() throws IOException {
    String head =
        "POST /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n";
    try (Socket socket = connect(head)) {
      var trickle = trickle(socket, "x".repeat(1000));
      assertThat(answer(socket)).startsWith("HTTP/1.1 401 ");
      assertThat(trickle).succeedsWithin(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void a_client_that_waits_for_its_answer_is_not_cut_off() {
    var id = door.runs.queued(Submission.of("x"));
    var answer = door.get("/api/v1/runs/" + id + "?wait=1.5");
    assertThat(answer.statusCode()).isEqualTo(200);
    door.runs.end(id, 0);
    door.runs.delete(id);
  }

  private static Socket connect(String text) throws IOException {
    var socket = new Socket("127.0.0.1", door.port());
    socket.setSoTimeout(20_000);
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  /// All that comes until the server closes.
  private static String answer(Socket socket) throws IOException {
    var text = new StringBuilder();
    try {
      for (int c = socket.getInputStream().read(); c >= 0; c = socket.getInputStream().read()) {
        text.append((char) c);
      }
    } catch (SocketException reset) {
      // Closed with bytes of ours unread.
    }
    return text.toString();
  }

  /// Sends `drop` every 50 ms until the server does not want any more.
  private static CompletableFuture<Void> trickle(Socket socket, String drop) {
    var pace = CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);
    return CompletableFuture.supplyAsync(() -> send(socket, drop), pace)
        .thenCompose(
            sent -> sent ? trickle(socket, drop) : CompletableFuture.completedFuture(null));
  }

  private static boolean send(Socket socket, String drop) {
    try {
      OutputStream out = socket.getOutputStream();
      out.write(drop.getBytes(StandardCharsets.US_ASCII));
      return true;
    } catch (IOException closed) {
      return false;
    }
  }
}
