package io.millrace.http;

import static io.millrace.http.AccessTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.Outcome;
import io.millrace.run.ProcessEnd;
import io.millrace.run.Run;
import io.millrace.run.RunId;
import io.millrace.run.RunState;
import io.millrace.run.Stdin;
import io.millrace.run.StopRequest;
import io.millrace.run.Submission;
import io.millrace.spool.Stream;
import io.millrace.store.DatabaseAway;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunRoutesTest {
  private static final String RUNS = "/api/v1/runs";
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
  void a_script_becomes_a_run_with_every_default() {
    var answer = door.postJson(RUNS, "{\"script\": \"echo hello; exit 3\"}");
    assertThat(answer.statusCode()).isEqualTo(201);
    Run run = door.runs.last();
    assertThat(run.submission()).isEqualTo(Submission.of("echo hello; exit 3"));
    assertThat(answer.headers().firstValue("Location")).hasValue(RUNS + "/" + run.id());
    JsonObject json = Door.json(answer);
    assertThat(json.getString("id")).isEqualTo(run.id().toString());
    assertThat(json.getString("status")).isEqualTo("queued");
    assertThat(json.getString("script")).isEqualTo("echo hello; exit 3");
    assertThat(json.getJsonObject("queue").getLong("position")).isEqualTo(4);
  }

  @Test
  void every_field_arrives() {
    String body =
        """
        {"script": "x\\u00e9\\ud83d\\ude00", "name": "nightly", "args": ["a", "", "b c"], "env": {"A": "1", "PATH": "/x"},
         "workdir": "/tmp", "user": "www", "stdin": "in\\n", "timeoutSeconds": 1.5, "graceSeconds": 0, "priority": -100,
         "labels": {"team": "a:b"}, "limits": {"memory": "512M", "cpu": "150%", "processes": 100, "openFiles": 1024,
         "output": 65536}, "nice": 5, "umask": "027", "isolate": true, "mergeStderr": true, "concurrencyKey": "k",
         "onConflict": "replace", "runAt": "2031-05-24T20:30:00.1239+02:00", "retry": {"attempts": 3, "delaySeconds": 0.5,
         "backoff": 2}, "interpreter": "python3 -u"}
        """;
    assertThat(Reference.requestErrors("POST", RUNS, body)).isEmpty();
    var answer = door.postJson(RUNS, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    Submission got = door.runs.last().submission();
    assertThat(got.script()).hasValue("xé😀");
    assertThat(got.args()).containsExactly("a", "", "b c");
    assertThat(got.environment()).isEqualTo(Map.of("A", "1", "PATH", "/x"));
    assertThat(got.stdin()).isEqualTo(new Stdin.Given("in\n"));
    assertThat(got.timeout()).isEqualTo(Duration.ofMillis(1500));
    assertThat(got.grace()).isEqualTo(Duration.ZERO);
    assertThat(got.limits().memoryBytes()).hasValue(512L << 20);
    assertThat(got.limits().cpuPercent()).hasValue(150);
    assertThat(got.limits().outputBytes()).hasValue(65536);
    assertThat(got.umask()).isEqualTo(027);
    assertThat(got.runAt()).hasValue(Instant.parse("2031-05-24T18:30:00.123Z"));
    assertThat(got.retry().delay()).isEqualTo(Duration.ofMillis(500));
    JsonObject json = Door.json(answer);
    assertThat(json.getJsonArray("env")).containsExactlyInAnyOrder("A", "PATH");
    assertThat(json.getString("stdin")).isEqualTo("in\n");
    assertThat(json.getJsonObject("limits").getString("memory")).isEqualTo("512M");
    assertThat(json.getJsonObject("limits").getString("output")).isEqualTo("64K");
    assertThat(json.getValue("timeoutSeconds")).isEqualTo(1.5);
    assertThat(json.getString("umask")).isEqualTo("027");
    assertThat(answer.body()).doesNotContain("/x\"");
  }

  @Test
  void a_plain_script_takes_its_options_from_the_query() {
    var answer =
        door.send(
            door.to(
                    RUNS
                        + "?name=a%20b+c&timeoutSeconds=2.5&priority=-3&arg=one&arg=two%3D2&env=A=b=c&env=E=&label=k:v:w"
                        + "&limit.memory=1g&limit.processes=7&isolate=true&stdin=true&umask=077&runAt=2031-01-01T00:00:00Z")
                .header("Content-Type", "Text/X-ShellScript; Charset=\"UTF-8\"")
                .POST(BodyPublishers.ofString("echo ü\n")));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    Submission got = door.runs.last().submission();
    assertThat(got.script()).hasValue("echo ü\n");
    assertThat(got.name()).hasValue("a b c");
    assertThat(got.timeout()).isEqualTo(Duration.ofMillis(2500));
    assertThat(got.priority()).isEqualTo(-3);
    assertThat(got.args()).containsExactly("one", "two=2");
    assertThat(got.environment()).isEqualTo(Map.of("A", "b=c", "E", ""));
    assertThat(got.labels()).isEqualTo(Map.of("k", "v:w"));
    assertThat(got.limits().memoryBytes()).hasValue(1L << 30);
    assertThat(got.limits().processes()).hasValue(7);
    assertThat(got.isolate()).isTrue();
    assertThat(got.stdin()).isEqualTo(new Stdin.Open());
    assertThat(got.umask()).isEqualTo(077);
  }

  @Test
  void a_script_of_200_KB_is_fine_in_either_form() {
    String script = "#" + "x".repeat(200_000);
    assertThat(door.postJson(RUNS, "{\"script\": \"" + script + "\"}").statusCode()).isEqualTo(201);
    var plain = door.to(RUNS).header("Content-Type", "text/x-shellscript");
    assertThat(door.send(plain.POST(BodyPublishers.ofString(script))).statusCode()).isEqualTo(201);
    assertThat(door.runs.last().submission().script()).hasValue(script);
  }

  @Test
  void an_operator_may_limit_the_timeout() {
    door.close();
    door = new Door(settings -> Settings.withMaxTimeout(settings, Duration.ofSeconds(60)));
    assertThat(door.postJson(RUNS, "{\"script\": \"x\"}").statusCode()).isEqualTo(201);
    assertThat(door.runs.last().submission().timeout()).isEqualTo(Duration.ofSeconds(60));
    assertProblem(
        door.postJson(RUNS, "{\"script\": \"x\", \"timeoutSeconds\": 61}"), 400, "malformed");
    assertProblem(
        door.postJson(RUNS, "{\"script\": \"x\", \"timeoutSeconds\": 0}"), 400, "malformed");
  }

  @Test
  void one_idempotency_key_is_one_run_by_its_meaning() {
    var first =
        submitWithKey("k1", "{\"script\": \"x\", \"labels\": {\"a\": \"1\", \"b\": \"2\"}}");
    assertThat(first.statusCode()).isEqualTo(201);
    String same =
        "{ \"labels\":{\"b\":\"2\",\"a\":\"1\"}, \"timeoutSeconds\": 300.0, \"name\": null,"
            + " \"priority\":0, \"script\":\"\\u0078\" }";
    var again = submitWithKey("k1", same);
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(Door.json(again).getString("id")).isEqualTo(Door.json(first).getString("id"));
    assertThat(again.headers().firstValue("Location")).isPresent();
    assertProblem(submitWithKey("k1", "{\"script\": \"y\"}"), 422, "idempotency-conflict");
    assertThat(door.runs.count()).isEqualTo(1);
  }

  @Test
  void who_prefers_to_wait_gets_the_end_or_the_running_run() {
    CompletableFuture<HttpResponse<String>> waiting =
        CompletableFuture.supplyAsync(
            () ->
                door.send(
                    door.to(RUNS)
                        .header("Content-Type", "application/json")
                        .header("Prefer", "respond-async, wait=30")
                        .POST(BodyPublishers.ofString("{\"script\": \"x\"}"))));
    Awaitility.await().until(() -> door.runs.count() == 1);
    RunId id = door.runs.last().id();
    door.runs.start(id);
    door.runs.write(id, Stream.STDOUT, "hello\n");
    door.runs.end(id, 3);
    var answer = waiting.join();
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Preference-Applied")).hasValue("wait=30");
    assertThat(answer.headers().firstValue("Location")).isPresent();
    assertThat(Door.json(answer).getInteger("exitCode")).isEqualTo(3);
    assertThat(Door.json(answer).getJsonObject("output").getString("tail")).isEqualTo("hello\n");

    var late =
        door.send(
            door.to(RUNS)
                .header("Content-Type", "application/json")
                .header("Prefer", "wait=1")
                .POST(BodyPublishers.ofString("{\"script\": \"x\"}")));
    assertThat(late.statusCode()).isEqualTo(202);
    assertThat(Door.json(late).getString("status")).isEqualTo("queued");
  }

  @Test
  void a_run_is_shown_as_the_reference_says_in_every_state() {
    RunId id = door.runs.started(Submission.of("echo hello; exit 3"));
    assertThat(find(id).getString("status")).isEqualTo("running");
    door.runs.write(id, Stream.STDOUT, "hello\n");
    door.runs.end(id, 3);
    JsonObject failed = find(id);
    assertThat(failed.getString("status")).isEqualTo("failed");
    assertThat(failed.getString("reason")).isEqualTo("exited with code 3");
    assertThat(failed.getInteger("exitCode")).isEqualTo(3);
    assertThat(failed.getValue("signal")).isNull();
    assertThat(failed.getJsonObject("usage"))
        .isEqualTo(new JsonObject().put("cpuSeconds", 0.012).put("maxMemoryBytes", 3481600));
    assertThat(failed.getJsonObject("output").encode())
        .isEqualTo(
            "{\"bytes\":6,\"stdoutBytes\":6,\"stderrBytes\":0,\"truncatedBytes\":0,\"tail\":\"hello\\n"
                + "\"}");
    assertThat(failed.containsKey("queue")).isFalse();

    RunId killed = door.runs.started(Submission.of("x"));
    door.runs.end(killed, new Outcome.TimedOut(Duration.ofSeconds(5), new ProcessEnd.Signalled(9)));
    assertThat(find(killed).getString("signal")).isEqualTo("SIGKILL");
    assertThat(find(killed).getValue("exitCode")).isNull();
    assertThat(find(killed).getString("status")).isEqualTo("timed_out");

    RunId absent = door.runs.started(Submission.of("x"));
    door.runs.end(absent, new Outcome.NotStarted("no interpreter"));
    assertThat(find(absent).getString("startError")).isEqualTo("no interpreter");

    RunId lost = door.runs.started(Submission.of("x"));
    door.runs.end(lost, new Outcome.Lost("the machine died"));
    assertThat(find(lost).getString("status")).isEqualTo("lost");
  }

  @Test
  void the_tail_is_the_last_4_KiB_as_text() {
    RunId id = door.runs.started(Submission.of("x"));
    door.runs.write(id, Stream.STDOUT, "é".repeat(5000));
    door.runs.write(id, Stream.STDERR, new byte[] {'a', (byte) 0xff, 'b', 0});
    String tail = find(id).getJsonObject("output").getString("tail");
    assertThat(tail).startsWith("é").endsWith("éa\ufffdb\0").hasSize(2046 + 4);
  }

  @Test
  void waiting_for_a_run_ends_with_it() {
    RunId id = door.runs.started(Submission.of("x"));
    var waiting = CompletableFuture.supplyAsync(() -> door.get(RUNS + "/" + id + "?wait=30"));
    assertThat(Door.json(door.get(RUNS + "/" + id + "?wait=0.05")).getString("status"))
        .isEqualTo("running");
    assertThat(waiting).isNotDone();
    door.runs.end(id, 0);
    assertThat(Door.json(waiting.join()).getString("status")).isEqualTo("succeeded");
    assertThat(Door.json(door.get(RUNS + "/" + id + "?wait=60")).getString("status"))
        .isEqualTo("succeeded");
  }

  @Test
  void a_list_is_paged_by_cursor_without_gap_or_repeat_while_runs_come() {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      expected.addFirst(door.runs.queued(named("page")).toString());
    }
    List<String> seen = new ArrayList<>();
    String next = RUNS + "?name=page&limit=10";
    while (!next.isEmpty()) {
      var answer = door.get(next);
      Door.json(answer)
          .getJsonArray("items")
          .forEach(item -> seen.add(((JsonObject) item).getString("id")));
      door.runs.queued(named("page"));
      next =
          answer
              .headers()
              .firstValue("Link")
              .map(link -> link.replaceAll("<(.*)>; rel=\"next\"", "$1"))
              .orElse("");
      assertThat(Door.json(answer).getString("nextCursor") == null).isEqualTo(next.isEmpty());
    }
    assertThat(seen).isEqualTo(expected);
  }

  @Test
  void a_list_is_paged_by_offset_and_goes_on_by_cursor() {
    List<RunId> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.addFirst(door.runs.queued(Submission.of("x")));
    }
    JsonObject page = Door.json(door.get(RUNS + "?offset=1&limit=2"));
    assertThat(ids(page)).containsExactly(ids.get(1).toString(), ids.get(2).toString());
    JsonObject next = Door.json(door.get(RUNS + "?limit=2&cursor=" + page.getString("nextCursor")));
    assertThat(ids(next)).containsExactly(ids.get(3).toString(), ids.get(4).toString());
    assertThat(next.getValue("nextCursor")).isNull();
    assertThat(ids(Door.json(door.get(RUNS + "?offset=99")))).isEmpty();
  }

  @Test
  void all_filters_are_understood() {
    RunId id = door.runs.queued(named("é b"));
    JsonObject page =
        Door.json(
            door.get(
                RUNS
                    + "?status=queued&status=running&name=%C3%A9+b&label=team:x&since=2020-01-01T00:00:00%2B01:00"
                    + "&until=2099-01-01T00:00:00+01:00&text=needle"));
    assertThat(ids(page)).containsExactly(id.toString());
    assertThat(page.getString("searchedBackTo")).isEqualTo("2026-01-01T00:00:00.000Z");
    assertThat(page.getJsonArray("items").getJsonObject(0).containsKey("script")).isFalse();
    assertThat(ids(Door.json(door.get(RUNS + "?label=team:y")))).isEmpty();
  }

  @Test
  void cancelling_needs_no_body_and_is_idempotent() {
    RunId id = door.runs.started(Submission.of("x"));
    var answer = door.send(door.to(RUNS + "/" + id + "/cancel").POST(BodyPublishers.noBody()));
    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(Door.json(answer).getString("stopRequestedAt")).isNotNull();
    assertThat(Door.json(answer).getString("status")).isEqualTo("running");
    assertThat(
            door.postJson(
                    RUNS + "/" + id + "/cancel", "{\"graceSeconds\": 0.5, \"reason\": \"enough\"}")
                .statusCode())
        .isEqualTo(202);
    StopRequest stop = ((RunState.Running) door.runs.get(id).state()).stop().orElseThrow();
    assertThat(stop.grace()).isEqualTo(Duration.ofMillis(500));
    assertThat(stop.by()).isEqualTo("enough");
    door.runs.end(id, new Outcome.Cancelled("enough", Optional.of(new ProcessEnd.Signalled(15))));
    var late = door.postJson(RUNS + "/" + id + "/cancel", "{}");
    assertProblem(late, 409, "ended");
    assertThat(Door.json(late).getString("next")).contains("/rerun");
    assertThat(find(id).getString("signal")).isEqualTo("SIGTERM");
  }

  @Test
  void a_rerun_is_the_same_submission_with_some_fields_replaced() {
    door.postJson(
        RUNS,
        "{\"script\": \"x\", \"env\": {\"A\": \"secret\"}, \"priority\": 5, \"limits\":"
            + " {\"memory\": \"1G\"}}");
    Run first = door.runs.last();
    var same = door.send(door.to(RUNS + "/" + first.id() + "/rerun").POST(BodyPublishers.noBody()));
    assertThat(same.statusCode()).isEqualTo(201);
    assertThat(door.runs.last().submission()).isEqualTo(first.submission());
    var other =
        door.postJson(
            RUNS + "/" + first.id() + "/rerun",
            "{\"priority\": 7, \"name\": \"again\", \"limits\": {\"cpu\": \"50%\"}}");
    assertThat(other.statusCode()).isEqualTo(201);
    Submission changed = door.runs.last().submission();
    assertThat(changed.priority()).isEqualTo(7);
    assertThat(changed.environment()).containsEntry("A", "secret");
    assertThat(changed.name()).hasValue("again");
    assertThat(changed.script()).hasValue("x");
    assertProblem(
        door.postJson(RUNS + "/" + first.id() + "/rerun", "{\"priority\": 700}"), 400, "malformed");
    assertProblem(
        door.postJson(RUNS + "/" + first.id() + "/rerun", "{\"id\": 1}"), 400, "malformed");
    assertThat(
            door.postJson(RUNS + "/" + first.id() + "/rerun", "{\"script\": \"y\"}").statusCode())
        .isEqualTo(201);
    assertThat(door.runs.last().submission().script()).hasValue("y");
  }

  @Test
  void only_an_ended_run_can_be_deleted() {
    RunId id = door.runs.started(Submission.of("x"));
    assertProblem(door.send(door.to(RUNS + "/" + id).DELETE()), 409, "live");
    door.runs.end(id, 0);
    assertThat(door.send(door.to(RUNS + "/" + id).DELETE()).statusCode()).isEqualTo(204);
    assertProblem(door.get(RUNS + "/" + id), 404, "no-such-run");
  }

  @Test
  void a_key_that_is_busy_is_409() {
    RunId holder = door.runs.started(Submission.of("x"));
    var answer =
        door.postJson(
            RUNS, "{\"script\": \"x\", \"concurrencyKey\": \"k\", \"onConflict\": \"reject\"}");
    assertProblem(answer, 409, "key-busy");
    assertThat(answer.body()).contains(holder.toString());
  }

  @Test
  void input_goes_to_the_script_or_says_why_not() {
    RunId id = door.runs.started(SubmissionForm.withStdin(new Stdin.Open()));
    String path = RUNS + "/" + id + "/input";
    assertThat(door.send(door.to(path).POST(BodyPublishers.ofString("one\n"))).statusCode())
        .isEqualTo(202);
    door.runs.fillInput(id, true);
    var full = door.send(door.to(path).POST(BodyPublishers.ofString("two\n")));
    assertProblem(full, 429, "input-full");
    assertThat(full.headers().firstValue("Retry-After")).isPresent();
    door.runs.fillInput(id, false);
    assertProblem(
        door.send(door.to(path).POST(BodyPublishers.ofByteArray(new byte[65537]))),
        413,
        "too-large");
    assertThat(
            door.send(door.to(path + "?eof=true").POST(BodyPublishers.ofString("end")))
                .statusCode())
        .isEqualTo(202);
    assertThat(door.runs.input(id)).isEqualTo("one\nend");
    assertProblem(door.send(door.to(path).POST(BodyPublishers.ofString("x"))), 410, "input-closed");
    door.runs.end(id, 0);
    assertProblem(door.send(door.to(path).POST(BodyPublishers.ofString("x"))), 409, "not-running");
    RunId deaf = door.runs.started(Submission.of("x"));
    assertProblem(
        door.send(door.to(RUNS + "/" + deaf + "/input").POST(BodyPublishers.ofString("x"))),
        409,
        "no-stdin");
    assertProblem(
        door.postJson(RUNS + "/" + deaf + "/resize", "{\"columns\": 80, \"rows\": 24}"),
        409,
        "no-terminal");
  }

  @Test
  void stats_tell_what_a_running_tree_uses() throws Exception {
    RunId id = door.runs.started(Submission.of("x"));
    JsonObject stats = Door.json(door.get(RUNS + "/" + id + "/stats"));
    assertThat(stats.getDouble("cpuPercent")).isEqualTo(50.0);
    assertThat(stats.getInteger("processes")).isEqualTo(2);
    var following =
        new EventReader(door.client, door.to(RUNS + "/" + id + "/stats?follow=true").build());
    Reference.checkMessage("Stats", following.next().data());
    door.runs.end(id, 0);
    following.awaitEnd();
    assertProblem(door.get(RUNS + "/" + id + "/stats"), 409, "not-running");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/cancel", "/rerun"})
  void a_database_that_is_away_is_503(String path) {
    RunId id = door.runs.queued(Submission.of("x"));
    door.runs.broken =
        Optional.of(new DatabaseAway("no answer", new IllegalStateException("test")));
    var answer = path.isEmpty() ? door.get(RUNS) : door.postJson(RUNS + "/" + id + path, "{}");
    assertProblem(answer, 503, "database-away");
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
  }

  @Test
  void a_bug_is_500_without_its_details() {
    door.runs.broken = Optional.of(new IllegalStateException("secret detail"));
    var answer = door.get(RUNS);
    assertProblem(answer, 500, "bug");
    assertThat(answer.body()).doesNotContain("secret");
  }

  @Test
  void health_and_version_are_open() {
    assertThat(door.send(door.stranger("/health/live")).statusCode()).isEqualTo(200);
    assertThat(door.send(door.stranger("/health/ready")).statusCode()).isEqualTo(200);
    assertThat(Door.json(door.send(door.stranger("/version"))).getJsonArray("capabilities"))
        .contains("cgroup");
    door.facts.missing = List.of(new io.millrace.runner.Fault("database", "does not answer"));
    var unready = door.send(door.stranger("/health/ready"));
    assertProblem(unready, 503, "not-ready");
    assertThat(Door.json(unready).getString("detail")).isEqualTo("database: does not answer.");
    door.facts.stuck = List.of(new io.millrace.runner.Fault("queue", "hangs"));
    assertProblem(door.send(door.stranger("/health/live")), 503, "not-live");
  }

  @Test
  void head_is_get_without_its_body() {
    RunId id = door.runs.started(Submission.of("x"));
    door.runs.write(id, Stream.STDOUT, "hello\n");
    for (String path : List.of("/version", RUNS, RUNS + "/" + id, RUNS + "/" + id + "/output")) {
      var head = door.send(door.to(path).method("HEAD", BodyPublishers.noBody()));
      assertThat(head.statusCode()).isEqualTo(200);
      assertThat(head.body()).isEmpty();
    }
  }

  @Test
  void the_reference_describes_exactly_the_paths_there_are() {
    assertThat(door.get("/openapi.yaml").body()).startsWith("openapi: 3.1.0");
    for (String path : Reference.paths().keySet()) {
      String real = path.replace("{id}", "x").replace("{file}", "index.html");
      var answer = door.send(door.to(real).method("PATCH", BodyPublishers.noBody()));
      assertThat(answer.statusCode()).as(path).isEqualTo(405);
    }
  }

  private HttpResponse<String> submitWithKey(String key, String json) {
    return door.send(
        door.to(RUNS)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(BodyPublishers.ofString(json)));
  }

  private JsonObject find(RunId id) {
    return Door.json(door.get(RUNS + "/" + id));
  }

  private static Submission named(String name) {
    return SubmissionForm.read(
        "{\"script\": \"x\", \"name\": \"" + name + "\", \"labels\": {\"team\": \"x\"}}");
  }

  private static List<String> ids(JsonObject page) {
    JsonArray items = page.getJsonArray("items");
    return items.stream().map(item -> ((JsonObject) item).getString("id")).toList();
  }
}
