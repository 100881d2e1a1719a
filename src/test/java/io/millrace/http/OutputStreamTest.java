package io.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.Attempt;
import io.millrace.run.Outcome;
import io.millrace.run.ProcessEnd;
import io.millrace.run.Run;
import io.millrace.run.RunId;
import io.millrace.run.RunState;
import io.millrace.run.Stdin;
import io.millrace.run.Submission;
import io.millrace.spool.Stream;
import io.millrace.store.DatabaseAway;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutputStreamTest {
  private static final String GOOD = "Upgrade: websocket; Connection: Upgrade; VERSION; KEY";
  private Door door;

  @BeforeEach
  void open() {
    door = new Door();
  }

  @AfterEach
  void close() {
    door.close();
  }

  @Test
  void a_run_is_followed_from_the_queue_to_its_end() {
    RunId id = door.runs.queued(Submission.of("x"));
    door.runs.tellAgain(id);
    try (var viewer = new Viewer(door, path(id))) {
      assertThat(status(viewer.next())).isEqualTo("queued");
      door.runs.start(id);
      assertThat(status(viewer.next())).isEqualTo("running");
      door.runs.write(id, Stream.STDOUT, "hello\n");
      assertThat(viewer.next().encode())
          .isEqualTo(
              "{\"type\":\"output\",\"offset\":0,\"next\":6,\"stream\":\"stdout\","
                  + "\"at\":\"2026-01-02T03:04:05.006Z\",\"data\":\"hello\\n\"}");
      door.runs.write(id, Stream.STDERR, "oh\n");
      assertThat(viewer.next().getString("stream")).isEqualTo("stderr");
      door.runs.end(id, 3);
      List<JsonObject> rest = viewer.all();
      assertThat(rest)
          .extracting(message -> message.getString("type"))
          .containsExactly("status", "end");
      assertThat(rest.getLast().getJsonObject("run").getInteger("exitCode")).isEqualTo(3);
    }
  }

  @Test
  void an_ended_run_has_one_status_then_its_bytes_then_the_end() {
    RunId id = door.runs.started(Submission.of("x"));
    door.runs.write(id, Stream.STDOUT, "a");
    door.runs.end(id, 0);
    try (var viewer = new Viewer(door, path(id))) {
      assertThat(viewer.all())
          .extracting(message -> message.getString("type"))
          .containsExactly("status", "output", "end");
    }
    try (var viewer = new Viewer(door, path(id) + "?from=99")) {
      assertThat(viewer.all())
          .extracting(message -> message.getString("type"))
          .containsExactly("status", "end");
    }
  }

  @Test
  void each_change_is_one_status_however_often_it_is_told() {
    RunId id = door.runs.started(Submission.of("x"));
    try (var viewer = new Viewer(door, path(id))) {
      assertThat(status(viewer.next())).isEqualTo("running");
      door.runs.tellAgain(id);
      door.runs.cancel(id, "enough", Optional.empty());
      door.runs.tellAgain(id);
      door.runs.end(id, new Outcome.Cancelled("enough", Optional.of(new ProcessEnd.Signalled(15))));
      door.runs.tellAgain(id);
      List<JsonObject> rest = viewer.all();
      assertThat(rest)
          .extracting(OutputStreamTest::status)
          .containsExactly("running", "cancelled", "cancelled");
      assertThat(rest.getFirst().getJsonObject("run").getString("stopRequestedAt")).isNotNull();
    }
  }

  @Test
  void attempts_are_one_stream() {
    RunId id = door.runs.started(Submission.of("x"));
    try (var viewer = new Viewer(door, path(id))) {
      viewer.next();
      door.runs.write(id, Stream.STDOUT, "one");
      viewer.next();
      Run run = door.runs.get(id);
      Instant now = id.createdAt().plusSeconds(1);
      var failed = new Outcome.Ended(new ProcessEnd.Exited(1));
      var attempt = new Attempt(1, Optional.of(now), now, failed, 0);
      door.runs.put(
          new Run(
              id,
              run.submission(),
              new RunState.Queued(now),
              run.node(),
              1,
              List.of(attempt),
              run.output()));
      JsonObject queued = viewer.next();
      assertThat(status(queued)).isEqualTo("queued");
      assertThat(queued.getJsonObject("run").getJsonArray("attempts")).hasSize(1);
      door.runs.start(id);
      assertThat(status(viewer.next())).isEqualTo("running");
      door.runs.write(id, Stream.STDOUT, "two");
      assertThat(viewer.next().getLong("offset")).isEqualTo(3);
      door.runs.end(id, 0);
      assertThat(viewer.all()).hasSize(2);
    }
  }

  @Test
  void half_a_character_waits_for_its_other_half_or_for_the_end() {
    RunId id = door.runs.started(Submission.of("x"));
    byte[] euro = "€".getBytes(StandardCharsets.UTF_8);
    try (var viewer = new Viewer(door, path(id))) {
      viewer.next();
      door.runs.write(id, Stream.STDOUT, new byte[] {'a', euro[0], euro[1]});
      assertThat(viewer.next().getString("data")).isEqualTo("a");
      door.runs.write(id, Stream.STDOUT, new byte[] {euro[2]});
      assertThat(viewer.next().getString("data")).isEqualTo("€");
      door.runs.write(id, Stream.STDOUT, new byte[] {euro[0]});
      door.runs.end(id, 0);
      List<JsonObject> rest = viewer.all();
      assertThat(rest.getFirst().getString("encoding")).isEqualTo("base64");
      assertThat(rest)
          .extracting(message -> message.getString("type"))
          .containsExactly("output", "status", "end");
    }
  }

  @Test
  void a_gap_is_told_and_a_start_beyond_the_end_waits() {
    RunId id = door.runs.started(Submission.of("x"));
    door.runs.write(id, Stream.STDOUT, "0123456789");
    door.runs.drop(id, 2, 6);
    try (var viewer = new Viewer(door, path(id));
        var early = new Viewer(door, path(id) + "?from=12")) {
      viewer.next();
      assertThat(viewer.next().getString("data")).isEqualTo("01");
      assertThat(viewer.next().encode()).isEqualTo("{\"type\":\"gap\",\"offset\":2,\"next\":6}");
      assertThat(viewer.next().getString("data")).isEqualTo("6789");
      early.next();
      door.runs.write(id, Stream.STDOUT, "a");
      door.runs.write(id, Stream.STDOUT, "bc");
      JsonObject first = early.next();
      assertThat(first.getLong("offset")).isEqualTo(12);
      assertThat(first.getString("data")).isEqualTo("c");
    }
  }

  @Test
  void viewers_who_join_and_reconnect_at_any_moment_see_the_same_bytes() {
    RunId id = door.runs.started(Submission.of("x"));
    var random = new Random(3);
    var written = new ByteArrayOutputStream();
    List<Viewer> viewers = new ArrayList<>();
    for (int round = 0; round < 60; round++) {
      byte[] bytes = new byte[random.nextInt(60_000)];
      random.nextBytes(bytes);
      if (round % 2 == 0) {
        bytes = "é€😀x\n".repeat(random.nextInt(3000) + 1).getBytes(StandardCharsets.UTF_8);
      }
      door.runs.clockMillis += 30;
      door.runs.write(id, random.nextBoolean() ? Stream.STDOUT : Stream.STDERR, bytes);
      written.writeBytes(bytes);
      if (round % 4 == 0) {
        viewers.add(new Viewer(door, path(id)));
      }
    }
    try (var reconnecting = new Viewer(door, path(id))) {
      List<JsonObject> seen = new ArrayList<>();
      while (seen.stream().filter(message -> message.containsKey("next")).count() < 5) {
        seen.add(reconnecting.next());
      }
      long next = seen.getLast().getLong("next");
      try (var again = new Viewer(door, path(id) + "?from=" + next)) {
        door.runs.end(id, 0);
        byte[] rest = Viewer.assemble(again.all(), next);
        byte[] first = Viewer.assemble(seen, 0);
        assertThat(first.length + rest.length).isEqualTo(written.size());
      }
    }
    for (Viewer viewer : viewers) {
      assertThat(Viewer.assemble(viewer.all(), 0)).isEqualTo(written.toByteArray());
    }
  }

  @Test
  void a_viewer_who_stops_reading_holds_up_nobody_and_misses_nothing() {
    RunId id = door.runs.started(Submission.of("x"));
    byte[] bytes = new byte[1 << 20];
    new Random(5).nextBytes(bytes);
    try (var lazy = new Viewer(door, path(id), "StreamMessage", false);
        var eager = new Viewer(door, path(id))) {
      for (int i = 0; i < 16; i++) {
        door.runs.clockMillis += 100;
        door.runs.write(id, Stream.STDOUT, bytes);
      }
      door.runs.end(id, 0);
      assertThat(Viewer.assemble(eager.all(), 0)).hasSize(16 << 20);
      assertThat(lazy.hasMore()).isFalse();
      assertThat(door.runs.readBytes(id)).isLessThan(31 << 20);
      lazy.read(Long.MAX_VALUE);
      assertThat(Viewer.assemble(lazy.all(), 0)).hasSize(16 << 20);
    }
  }

  @Test
  void a_viewer_may_feed_size_and_cancel_a_run() {
    RunId id = door.runs.started(SubmissionForm.withStdin(new Stdin.Open()));
    try (var viewer = new Viewer(door, path(id))) {
      viewer.next();
      viewer.say("{\"type\":\"input\",\"data\":\"h\u00e9\\u0000\\n\"}");
      viewer.say("{\"type\":\"eof\"}");
      Awaitility.await().until(() -> door.runs.isInputClosed(id));
      assertThat(door.runs.input(id)).isEqualTo("hé\0\n");
      viewer.say("{\"type\":\"input\",\"data\":\"x\"}");
      assertThat(problem(viewer.next())).isEqualTo(410);
      viewer.say("{\"type\":\"resize\",\"columns\":80,\"rows\":24}");
      assertThat(problem(viewer.next())).isEqualTo(409);
      viewer.say("{\"type\":\"resize\",\"columns\":0,\"rows\":24}");
      assertThat(problem(viewer.next())).isEqualTo(400);
      viewer.say("{\"type\":\"input\",\"data\":\"" + "x".repeat(65537) + "\"}");
      assertThat(problem(viewer.next())).isEqualTo(413);
      viewer.say("{\"type\":\"cancel\"}");
      assertThat(viewer.next().getJsonObject("run").getString("stopRequestedAt")).isNotNull();
    }
  }

  @Test
  void commands_are_carried_out_in_order() {
    RunId id = door.runs.started(SubmissionForm.withStdin(new Stdin.Open()));
    try (var viewer = new Viewer(door, path(id))) {
      var expected = new StringBuilder();
      for (int i = 0; i < 500; i++) {
        viewer.say("{\"type\":\"input\",\"data\":\"" + i + ",\"}");
        expected.append(i).append(',');
      }
      viewer.say("{\"type\":\"eof\"}");
      Awaitility.await().until(() -> door.runs.isInputClosed(id));
      assertThat(door.runs.input(id)).isEqualTo(expected.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello",
        "[]",
        "{}",
        "{\"type\":\"dance\"}",
        "{\"type\":\"input\"}",
        "{\"type\":\"input\",\"data\":1}",
        "{\"type\":\"eof\"} x",
        "7"
      })
  void a_message_that_is_no_command_closes_with_1008(String message) {
    RunId id = door.runs.started(Submission.of("x"));
    try (var viewer = new Viewer(door, path(id))) {
      viewer.next();
      viewer.say(message);
      assertThat(viewer.closed.join()).isEqualTo(1008);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Upgrade: websocket; Connection: Upgrade; KEY | 426",
        "Upgrade: websocket; Connection: Upgrade; Sec-WebSocket-Version: 8; KEY | 426",
        "Upgrade: websocket; Connection: Upgrade; VERSION | 426",
        "Upgrade: websocket; Connection: Upgrade; VERSION; Sec-WebSocket-Key: short | 426",
        "Upgrade: websocket; VERSION; KEY | 426",
        "Accept: */* | 426",
        "Origin: http://evil.example; Upgrade: websocket; Connection: Upgrade; VERSION; KEY | 403",
        "Upgrade: websocket; Connection: Upgrade; VERSION; KEY | 101",
        "Origin: http://localhost; Upgrade: WebSocket; Connection: keep-alive, Upgrade; VERSION;"
            + " KEY | 101",
      })
  void a_handshake_is_checked_before_the_upgrade(String headers, int status) throws IOException {
    RunId id = door.runs.started(Submission.of("x"));
    door.runs.end(id, 0);
    assertThat(handshake(path(id), headers, Door.TOKEN)).startsWith("HTTP/1.1 " + status + " ");
  }

  @Test
  void strangers_unknown_runs_and_a_database_that_is_away_are_refused_before_the_upgrade()
      throws IOException {
    RunId id = door.runs.started(Submission.of("x"));
    assertThat(handshake(path(id), GOOD, "wrong")).startsWith("HTTP/1.1 401 ");
    assertThat(
            handshake("/api/v1/runs/0199f2c4-0000-7000-8000-000000000000/stream", GOOD, Door.TOKEN))
        .startsWith("HTTP/1.1 404 ");
    assertThat(handshake("/api/v1/runs/none/stream", GOOD, Door.TOKEN)).startsWith("HTTP/1.1 400 ");
    assertThat(handshake(path(id) + "?from=-1", GOOD, Door.TOKEN)).startsWith("HTTP/1.1 400 ");
    door.runs.broken =
        Optional.of(new DatabaseAway("no answer", new IllegalStateException("test")));
    assertThat(handshake(path(id), GOOD, Door.TOKEN)).startsWith("HTTP/1.1 503 ");
  }

  @Test
  void a_server_that_stops_says_goodbye_with_1001() {
    RunId id = door.runs.started(Submission.of("x"));
    try (var viewer = new Viewer(door, path(id))) {
      viewer.next();
      door.stop();
      assertThat(viewer.closed.join()).isEqualTo(1001);
    }
  }

  @Test
  void news_that_was_lost_is_made_up_for_at_the_next_ping() {
    door.close();
    door = new Door(s -> Settings.withPulse(s, Duration.ofMillis(50), Duration.ofSeconds(20)));
    RunId id = door.runs.started(Submission.of("x"));
    try (var viewer = new Viewer(door, path(id))) {
      viewer.next();
      door.runs.endSilently(id);
      assertThat(viewer.all()).hasSize(2);
    }
  }

  @Test
  void a_viewer_who_shows_no_sign_of_life_is_closed() throws IOException {
    door.close();
    door = new Door(s -> Settings.withPulse(s, Duration.ofMillis(50), Duration.ofMillis(200)));
    RunId id = door.runs.started(Submission.of("x"));
    try (var alive = new Viewer(door, path(id))) {
      // Comes back only when the server has closed; this client answers no ping.
      assertThat(door.raw(head(path(id), GOOD, Door.TOKEN))).startsWith("HTTP/1.1 101 ");
      alive.next();
      door.runs.write(id, Stream.STDOUT, "still here");
      assertThat(alive.next().getString("data")).isEqualTo("still here");
    }
  }

  @Test
  void a_viewer_who_reads_nothing_at_all_is_closed_too() throws IOException {
    door.close();
    door = new Door(s -> Settings.withPulse(s, Duration.ofMillis(50), Duration.ofMillis(500)));
    RunId id = door.runs.started(Submission.of("x"));
    door.runs.write(id, Stream.STDOUT, new byte[32 << 20]);
    try (var dead = new Socket("127.0.0.1", door.port())) {
      dead.getOutputStream()
          .write(head(path(id), GOOD, Door.TOKEN).getBytes(StandardCharsets.US_ASCII));
      Awaitility.await().until(() -> door.connections() == 1);
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> door.connections() == 0);
    }
  }

  private String handshake(String path, String headers, String token) throws IOException {
    return door.firstLine(head(path, headers, token));
  }

  private static String head(String path, String headers, String token) {
    String lines =
        headers
            .replace("VERSION", "Sec-WebSocket-Version: 13")
            .replace("KEY", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==")
            .replace("; ", "\r\n");
    return "GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n%s\r\n\r\n"
        .formatted(path, token, lines);
  }

  private static String path(RunId id) {
    return "/api/v1/runs/" + id + "/stream";
  }

  private static String status(JsonObject message) {
    return message.getJsonObject("run").getString("status");
  }

  private static int problem(JsonObject message) {
    return message.getJsonObject("problem").getInteger("status");
  }
}
