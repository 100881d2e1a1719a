package io.millrace.http;

import static io.millrace.http.AccessTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.http.EventReader.Received;
import io.millrace.run.RunId;
import io.millrace.run.Submission;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventRoutesTest {
  private static final String EVENTS = "/api/v1/events";
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
  void every_change_is_told_once_and_in_order() throws Exception {
    try (var reader = reader("", "")) {
      RunId id =
          door.runs.started(
              SubmissionForm.read("{\"script\": \"x\", \"env\": {\"A\": \"secret\"}}"));
      door.runs.end(id, 3);
      Received running = reader.next();
      assertThat(running.event()).isEqualTo("run");
      assertThat(running.data())
          .contains(id.toString())
          .contains("\"running\"")
          .doesNotContain("secret");
      Received failed = reader.next();
      assertThat(failed.data()).contains("\"failed\"");
      assertThat(failed.id()).isNotEqualTo(running.id());
      Reference.checkMessage("Event", failed.data());
    }
  }

  @Test
  void who_comes_back_with_an_id_misses_nothing() throws Exception {
    String first;
    try (var reader = reader("", "")) {
      door.runs.started(Submission.of("x"));
      first = reader.next().id();
    }
    RunId missed = door.runs.started(Submission.of("x"));
    try (var byHeader = reader("?from=nonsense", first);
        var byQuery = reader("?from=" + first, "")) {
      assertThat(byHeader.next().data()).contains(missed.toString());
      assertThat(byQuery.next().data()).contains(missed.toString());
    }
  }

  @Test
  void without_an_id_one_hears_from_now_on() throws Exception {
    door.runs.started(Submission.of("x"));
    try (var reader = reader("", "")) {
      RunId later = door.runs.started(Submission.of("x"));
      assertThat(reader.next().data()).contains(later.toString());
    }
  }

  @Test
  void an_id_of_another_life_or_a_forgotten_one_is_answered_with_reset() throws Exception {
    String first;
    try (var reader = reader("?from=zzz-5", "")) {
      Received reset = reader.next();
      assertThat(reset.event()).isEqualTo("reset");
      assertThat(reset.data()).isEqualTo("{\"type\":\"reset\"}");
      door.runs.started(Submission.of("x"));
      first = reader.next().id();
    }
    for (int i = 0; i < 150; i++) {
      door.runs.started(Submission.of("x"));
    }
    try (var reader = reader("?from=" + first, "")) {
      assertThat(reader.next().event()).isEqualTo("reset");
      RunId later = door.runs.started(Submission.of("x"));
      // Some of those before may still be on their way to the log.
      Received next = reader.next();
      while (!next.data().contains(later.toString())) {
        assertThat(next.event()).isEqualTo("run");
        next = reader.next();
      }
    }
  }

  @Test
  void types_can_be_chosen() throws Exception {
    try (var units = new Viewer(door, EVENTS + "?type=unit&type=node", "Event", true);
        var runs = reader("?type=run", "")) {
      door.runs.started(Submission.of("x"));
      assertThat(runs.next().event()).isEqualTo("run");
      assertThat(units.hasMore()).isFalse();
    }
    assertProblem(door.get(EVENTS + "?type=weather"), 400, "malformed");
    assertProblem(door.get(EVENTS + "?since=1"), 400, "malformed");
    assertProblem(door.send(door.stranger(EVENTS)), 401, "no-token");
  }

  @Test
  void a_websocket_hears_the_same() {
    try (var viewer = new Viewer(door, EVENTS + "?from=old-1", "Event", true)) {
      JsonObject reset = viewer.next();
      assertThat(reset.getString("type")).isEqualTo("reset");
      assertThat(reset.fieldNames()).isEqualTo(Set.of("type", "id"));
      RunId id = door.runs.started(Submission.of("x"));
      JsonObject event = viewer.next();
      assertThat(event.getJsonObject("run").getString("id")).isEqualTo(id.toString());
      assertThat(event.getString("id")).isNotBlank();
      viewer.say("hello");
      assertThat(viewer.closed.join()).isEqualTo(1008);
    }
  }

  @Test
  void after_the_farewell_nothing_more_is_told() throws Exception {
    try (var socket = new RawSocket(door, EVENTS)) {
      socket.say("hello");
      assertThat(socket.next()).isEqualTo(RawSocket.CLOSE);
      door.runs.started(Submission.of("x"));
      assertThat(socket.next()).isEqualTo(RawSocket.END);
    }
  }

  @Test
  void a_listener_who_reads_slowly_still_hears_everything_that_is_kept() {
    try (var viewer = new Viewer(door, EVENTS, "Event", false)) {
      for (int i = 0; i < 50; i++) {
        door.runs.started(Submission.of("x"));
      }
      viewer.read(Long.MAX_VALUE);
      for (int i = 0; i < 50; i++) {
        assertThat(viewer.next().getString("type")).isEqualTo("run");
      }
    }
  }

  private EventReader reader(String query, String lastId) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(door.uri(EVENTS + query))
            .header("Authorization", "Bearer " + Door.TOKEN);
    if (!lastId.isEmpty()) {
      request.header("Last-Event-ID", lastId);
    }
    return new EventReader(door.client, request.build());
  }
}
