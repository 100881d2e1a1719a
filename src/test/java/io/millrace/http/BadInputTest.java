package io.millrace.http;

import static io.millrace.http.AccessTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.RunId;
import io.millrace.run.Submission;
import io.millrace.runner.HostNeeds;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Bad input gets a clear error and changes nothing.
class BadInputTest {
  private static final String RUNS = "/api/v1/runs";
  private static Door door;
  private int before;

  @BeforeAll
  static void open() {
    door = new Door();
  }

  @AfterAll
  static void close() {
    door.close();
  }

  @BeforeEach
  void count() {
    before = door.runs.count();
  }

  @AfterEach
  void nothing_has_changed() {
    assertThat(door.runs.count()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | script",
        "{\"script\": \"\"} | script",
        "{\"script\": null} | script",
        "{\"script\": 7} | script",
        "{\"script\": [\"x\"]} | script",
        "{\"script\": \"x\", \"unit\": \"backup\"} | unit",
        "{\"unit\": \"\"} | unit",
        "{\"script\": \"a\\u0000b\"} | script",
        "{\"script\": \"a\\ud800b\"} | script",
        "{\"script\": \"a\\udc00\\ud800b\"} | script",
        "{\"script\": \"x\", \"nmae\": \"y\"} | nmae",
        "{\"script\": \"x\", \"script\": \"y\"} | script",
        "{\"script\": \"x\", \"name\": \"\"} | name",
        "{\"script\": \"x\", \"name\": \"a\\nb\"} | name",
        "{\"script\": \"x\", \"name\": \"\\u0000\"} | name",
        "{\"script\": \"x\", \"args\": \"y\"} | args",
        "{\"script\": \"x\", \"args\": [1]} | args[0]",
        "{\"script\": \"x\", \"args\": [\"a\", null]} | args[1]",
        "{\"script\": \"x\", \"args\": [\"\\u0000\"]} | args[0]",
        "{\"script\": \"x\", \"env\": [\"A=1\"]} | env",
        "{\"script\": \"x\", \"env\": {\"A\": 1}} | env.A",
        "{\"script\": \"x\", \"env\": {\"1A\": \"\"}} | env.1A",
        "{\"script\": \"x\", \"env\": {\"A=B\": \"\"}} | env.A=B",
        "{\"script\": \"x\", \"env\": {\"MILLRACE_RUN_ID\": \"y\"}} | env.MILLRACE_RUN_ID",
        "{\"script\": \"x\", \"env\": {\"A\": \"1\", \"A\": \"2\"}} | env.A",
        "{\"script\": \"x\", \"env\": {\"A\": \"\\ud83d\"}} | env.A",
        "{\"script\": \"x\", \"workdir\": \"relative\"} | workdir",
        "{\"script\": \"x\", \"user\": \"nobody-we-know\"} | user",
        "{\"script\": \"x\", \"stdin\": 1} | stdin",
        "{\"script\": \"x\", \"timeoutSeconds\": -1} | timeoutSeconds",
        "{\"script\": \"x\", \"timeoutSeconds\": 1e99} | timeoutSeconds",
        "{\"script\": \"x\", \"timeoutSeconds\": 1e999999999} | timeoutSeconds",
        "{\"script\": \"x\", \"timeoutSeconds\": \"5\"} | timeoutSeconds",
        "{\"script\": \"x\", \"graceSeconds\": -0.1} | graceSeconds",
        "{\"script\": \"x\", \"priority\": 101} | priority",
        "{\"script\": \"x\", \"priority\": 1.5} | priority",
        "{\"script\": \"x\", \"priority\": true} | priority",
        "{\"script\": \"x\", \"labels\": {\"a b\": \"c\"}} | labels.a b",
        "{\"script\": \"x\", \"labels\": {\"a\": 1}} | labels.a",
        "{\"script\": \"x\", \"limits\": {\"memory\": \"lots\"}} | limits.memory",
        "{\"script\": \"x\", \"limits\": {\"memory\": \"0\"}} | limits.memory",
        "{\"script\": \"x\", \"limits\": {\"memory\": \"-5M\"}} | limits.memory",
        "{\"script\": \"x\", \"limits\": {\"memory\": \"99999999999T\"}} | limits.memory",
        "{\"script\": \"x\", \"limits\": {\"cpu\": \"50\"}} | limits.cpu",
        "{\"script\": \"x\", \"limits\": {\"cpu\": \"0%\"}} | limits.cpu",
        "{\"script\": \"x\", \"limits\": {\"processes\": 0}} | limits.processes",
        "{\"script\": \"x\", \"limits\": {\"openFiles\": \"many\"}} | limits.openFiles",
        "{\"script\": \"x\", \"limits\": {\"output\": \"64MB\"}} | limits.output",
        "{\"script\": \"x\", \"limits\": {\"ram\": \"1G\"}} | limits.ram",
        "{\"script\": \"x\", \"limits\": 5} | limits",
        "{\"script\": \"x\", \"nice\": 20} | nice",
        "{\"script\": \"x\", \"umask\": 22} | umask",
        "{\"script\": \"x\", \"umask\": \"888\"} | umask",
        "{\"script\": \"x\", \"umask\": \"1777\"} | umask",
        "{\"script\": \"x\", \"isolate\": \"yes\"} | isolate",
        "{\"script\": \"x\", \"mergeStderr\": 1} | mergeStderr",
        "{\"script\": \"x\", \"tty\": true} | tty",
        "{\"script\": \"x\", \"tty\": {\"columns\": 80}} | tty.rows",
        "{\"script\": \"x\", \"tty\": {\"columns\": 0, \"rows\": 24}} | tty.columns",
        "{\"script\": \"x\", \"tty\": {\"columns\": 80, \"rows\": 24}, \"stdin\": \"y\"} | stdin",
        "{\"script\": \"x\", \"concurrencyKey\": 1} | concurrencyKey",
        "{\"script\": \"x\", \"onConflict\": \"reject\"} | onConflict",
        "{\"script\": \"x\", \"concurrencyKey\": \"k\", \"onConflict\": \"fight\"} | onConflict",
        "{\"script\": \"x\", \"runAt\": \"tomorrow\"} | runAt",
        "{\"script\": \"x\", \"runAt\": \"2031-05-24T18:30:00\"} | runAt",
        "{\"script\": \"x\", \"runAt\": 5} | runAt",
        "{\"script\": \"x\", \"retry\": {}} | retry.attempts",
        "{\"script\": \"x\", \"retry\": {\"attempts\": 0}} | retry.attempts",
        "{\"script\": \"x\", \"retry\": {\"attempts\": 2, \"backoff\": 0.5}} | retry.backoff",
        "{\"script\": \"x\", \"retry\": {\"attempts\": 2, \"delaySeconds\": -1}} |"
            + " retry.delaySeconds",
        "{\"script\": \"x\", \"retry\": {\"attempts\": 2, \"pause\": 1}} | retry.pause",
        "{\"script\": \"x\", \"interpreter\": \"\"} | interpreter",
        "{\"script\": \"x\"} {} | body",
        "{\"script\": \"x\"} x | body",
        "{\"script\": \"x\", } | body",
        "{\"script\": \"x\" | body",
        "{'script': 'x'} | body",
        "{\"script\": NaN} | body",
        "{\"script\": \"x\", \"name\": \"a\tb\"} | body",
        "[] | body",
        "\"script\" | body",
        "null | body",
        "`` | body",
      })
  void a_submission_that_cannot_be_used_names_the_field(String json, String field) {
    HttpResponse<String> answer = door.postJson(RUNS, json);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(fields(answer)).containsExactly(field);
  }

  @Test
  void all_faults_are_told_at_once() {
    var answer =
        door.postJson(
            RUNS,
            """
            {"script": "a\\u0000", "priority": 1000, "env": {"MILLRACE_X": "", "a-b": ""}, "umask": 7,
             "timeoutSecond": 3, "labels": {"": "x"}, "limits": {"memory": "much", "cpu": 1}}
            """);
    assertProblem(answer, 400, "malformed");
    assertThat(fields(answer))
        .containsExactlyInAnyOrder(
            "script",
            "priority",
            "env.MILLRACE_X",
            "env.a-b",
            "umask",
            "timeoutSecond",
            "labels.",
            "limits.memory",
            "limits.cpu");
    assertThat(answer.body()).contains("did you mean 'timeoutSeconds'?");
  }

  @Test
  void what_the_host_says_against_the_sound_fields_is_told_in_the_same_answer() {
    String both =
        """
        {"script": 7, "user": "%s", "workdir": "%s", "nice": 99}
        """
            .formatted(FakeRuns.REFUSED_USER, FakeRuns.REFUSED_WORKDIR);
    assertThat(fields(door.postJson(RUNS, both)))
        .containsExactly("script", "nice", "user", "workdir");
    var query = "?priority=high&user=" + FakeRuns.REFUSED_USER;
    var plain =
        door.to(RUNS + query)
            .header("Content-Type", "text/x-shellscript")
            .POST(BodyPublishers.ofString("true"));
    assertThat(fields(door.send(plain))).containsExactly("priority", "user");
  }

  @Test
  void a_rerun_hears_of_every_fault_at_once_too() {
    RunId first = door.runs.queued(Submission.of("true"));
    before = door.runs.count();
    var faulty = "{\"umask\": 7, \"user\": \"%s\"}".formatted(FakeRuns.REFUSED_USER);
    assertThat(fields(door.postJson(RUNS + "/" + first + "/rerun", faulty)))
        .containsExactly("umask", "user");
  }

  @Test
  void what_was_complained_of_already_never_gets_as_far_as_the_host() {
    door.postJson(
        RUNS,
        """
        {"script": "x", "user": "a\\u0000", "workdir": "/\\ud800", "interpreter": "perl",
         "env": {"PATH": "/x\\u0000"}, "nice": 5}
        """);
    HostNeeds asked = door.runs.asked.orElseThrow();
    assertThat(asked.user()).isEmpty();
    assertThat(asked.workdir()).isEmpty();
    assertThat(asked.path()).isEmpty();
    assertThat(asked.interpreter()).as("found by a path that is not known").isEmpty();
    assertThat(asked.nice()).hasValue(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"script\": \"a\" | it ends too early (line 1",
        "{\"timeoutSeconds\": NaN} | Non-standard token 'NaN' (line 1",
        "{\"a\": [[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]} | more than 16 levels deep",
      })
  void broken_json_is_told_without_the_settings_of_its_parser(String body, String reason) {
    var answer = door.postJson(RUNS, body);
    assertProblem(answer, 400, "malformed");
    assertThat(answer.body()).contains(reason).doesNotContain("Feature").doesNotContain("Constr");
  }

  @Test
  void a_guess_ends_the_sentence() {
    var answer = door.postJson(RUNS, "{\"script\": \"x\", \"nmae\": \"y\"}");
    assertThat(answer.body()).contains("did you mean 'name'?").doesNotContain("?.");
  }

  @Test
  void nesting_without_end_is_broken_json() {
    var answer = door.postJson(RUNS, "{\"script\": " + "[".repeat(100_000));
    assertProblem(answer, 400, "malformed");
    assertThat(fields(answer)).containsExactly("body");
  }

  @Test
  void json_that_is_no_utf8_is_refused() {
    byte[] body = "{\"script\": \"caf\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
    var request = door.to(RUNS).header("Content-Type", "application/json");
    assertProblem(door.send(request.POST(BodyPublishers.ofByteArray(body))), 400, "malformed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin1",
        "json",
        "application/json, text/plain",
        "multipart/form-data; boundary=x",
        "text/x-shellscript; charset=utf-16"
      })
  void a_wrong_content_type_is_415(String type) {
    var request = door.to(RUNS).header("Content-Type", type);
    var answer = door.send(request.POST(BodyPublishers.ofString("{\"script\": \"true\"}")));
    assertProblem(answer, 415, "content-type");
    assertThat(answer.headers().firstValue("Accept-Post")).isPresent();
  }

  @Test
  void a_missing_content_type_is_415() {
    assertProblem(
        door.send(door.to(RUNS).POST(BodyPublishers.ofString("{\"script\": \"true\"}"))),
        415,
        "content-type");
  }

  @Test
  void a_script_of_11_MiB_is_413_in_either_form() {
    String script = "#" + "x".repeat(11 << 20);
    assertProblem(door.postJson(RUNS, "{\"script\": \"" + script + "\"}"), 413, "too-large");
    assertProblem(postScript("", script.getBytes(StandardCharsets.UTF_8)), 413, "too-large");
    assertProblem(
        door.postJson(RUNS, "{\"script\": \"" + script.repeat(2) + "\"}"), 413, "too-large");
    String stdin = "{\"script\": \"cat\", \"stdin\": \"" + script + "\"}";
    assertProblem(door.postJson(RUNS, stdin), 413, "too-large");
  }

  @Test
  void a_client_that_asks_before_it_sends_too_much_is_told_so() throws IOException {
    String head =
        "POST %s HTTP/1.1\r\n"
            + "Host: localhost\r\n"
            + "Authorization: Bearer %s\r\n"
            + "Expect: 100-continue\r\n"
            + "Content-Type: text/x-shellscript\r\n"
            + "Content-Length: 99999999\r\n\r\n";
    assertThat(door.raw(head.formatted(RUNS, Door.TOKEN))).startsWith("HTTP/1.1 413 ");
  }

  @Test
  void a_script_that_is_no_utf8_is_refused() {
    byte[] script = {'e', 'c', 'h', 'o', ' ', (byte) 0xff};
    var answer = postScript("", script);
    assertProblem(answer, 400, "malformed");
    assertThat(answer.body()).contains("byte 5");
  }

  @ParameterizedTest
  @CsvSource({
    "?nmae=x,nmae",
    "?name=x&name=y,name",
    "?timeoutSeconds=soon,timeoutSeconds",
    "?timeoutSeconds=-1,timeoutSeconds",
    "?priority=1e3,priority",
    "?isolate=maybe,isolate",
    "?env=A,env",
    "?env==x,env",
    "?env=A=1&env=A=2,env.A",
    "?env=MILLRACE_A=1,env.MILLRACE_A",
    "?label=a,label",
    "?limit.memory=x,limits.memory",
    "?limit.ram=1,limit.ram",
    "?limit.processes=two,limits.processes",
    "?tty=1,tty",
    "?retry=1,retry",
    "?script=x,script",
    "?unit=backup,unit",
    "?name=%zz,name",
    "?name=%ff,name",
    "?name=%00,name",
    "?%=x,query",
    "?arg=%c3%28,arg",
  })
  void options_of_a_plain_script_are_checked_too(String query, String field) throws IOException {
    String answer =
        door.raw(
            ("POST %s%s HTTP/1.1\r\n"
                    + "Host: localhost\r\n"
                    + "Authorization: Bearer %s\r\n"
                    + "Connection: close\r\n"
                    + "Content-Type: text/x-shellscript\r\n"
                    + "Content-Length: 4\r\n\r\n"
                    + "true")
                .formatted(RUNS, query, Door.TOKEN));
    assertThat(answer).startsWith("HTTP/1.1 400 ").contains("\"field\":\"" + field + "\"");
  }

  @Test
  void an_empty_script_is_refused_in_its_plain_form() {
    assertThat(fields(postScript("", new byte[0]))).containsExactly("script");
    assertThat(fields(postScript("", new byte[] {'a', 0}))).containsExactly("script");
  }

  @Test
  void json_takes_no_query_parameters() {
    assertThat(fields(door.postJson(RUNS + "?name=x", "{\"script\": \"true\"}")))
        .containsExactly("name");
  }

  @Test
  void a_full_queue_is_429_with_a_time_to_come_back() {
    door.runs.queueFull = true;
    try {
      var answer = door.postJson(RUNS, "{\"script\": \"true\"}");
      assertProblem(answer, 429, "queue-full");
      assertThat(answer.headers().firstValue("Retry-After")).hasValue("5");
    } finally {
      door.runs.queueFull = false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\u0001"})
  void an_idempotency_key_must_be_readable(String key) throws IOException {
    String answer =
        door.raw(
            ("POST %s HTTP/1.1\r\n"
                    + "Host: localhost\r\n"
                    + "Authorization: Bearer %s\r\n"
                    + "Connection: close\r\n"
                    + "Idempotency-Key: %s\r\n"
                    + "Content-Type: text/x-shellscript\r\n"
                    + "Content-Length: 4\r\n\r\n"
                    + "true")
                .formatted(RUNS, Door.TOKEN, key));
    assertThat(answer).startsWith("HTTP/1.1 400 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=0",
        "limit=501",
        "limit=x",
        "limit=",
        "limit=5&limit=6",
        "offset=-1",
        "offset=1.5",
        "offset=99999999999999999999",
        "cursor=x",
        "cursor=",
        "cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "status=done",
        "label=x",
        "label=:x",
        "since=yesterday",
        "until=2026-01-01",
        "name=",
        "unit=",
        "text=",
        "colour=red",
        "label=a:b&label=a:c",
        "name=%"
      })
  void a_list_that_cannot_be_is_400(String query) throws IOException {
    String answer =
        door.raw(
            "GET %s?%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n"
                .formatted(RUNS, query, Door.TOKEN));
    assertThat(answer).startsWith("HTTP/1.1 400 ").contains(query.split("=", 2)[0]);
  }

  @Test
  void a_cursor_fits_its_own_filter_only_and_not_with_an_offset() {
    door.runs.queued(Submission.of("true"));
    door.runs.queued(Submission.of("true"));
    before = door.runs.count();
    String cursor = Door.json(door.get(RUNS + "?limit=1")).getString("nextCursor");
    assertThat(door.get(RUNS + "?limit=1&cursor=" + cursor).statusCode()).isEqualTo(200);
    assertProblem(door.get(RUNS + "?status=queued&cursor=" + cursor), 400, "malformed");
    assertProblem(door.get(RUNS + "?name=x&cursor=" + cursor), 400, "malformed");
    assertProblem(door.get(RUNS + "?offset=1&cursor=" + cursor), 400, "malformed");
    assertProblem(
        door.get(RUNS + "?cursor=" + cursor.replace(cursor.charAt(30), '-')), 400, "malformed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "nonsense",
        "0199f2c4",
        "0199F2C4-0000-7000-8000-000000000000",
        "0199f2c4-0000-4000-8000-000000000000",
        "..%2f"
      })
  void an_id_that_is_none_is_400(String id) {
    for (String path : List.of("", "/output", "/stats", "/stream")) {
      assertProblem(door.get(RUNS + "/" + id + path), 400, "malformed");
    }
    for (String path : List.of("/cancel", "/rerun", "/input")) {
      assertProblem(door.postJson(RUNS + "/" + id + path, "{}"), 400, "malformed");
    }
  }

  @Test
  void an_unknown_run_is_404_everywhere() {
    String run = RUNS + "/0199f2c4-0000-7000-8000-000000000000";
    for (String path :
        List.of("", "?wait=1", "/output", "/output?follow=true", "/stats", "/stats?follow=true")) {
      assertProblem(door.get(run + path), 404, "no-such-run");
    }
    for (String path : List.of("/cancel", "/rerun", "/input")) {
      assertProblem(door.postJson(run + path, "{}"), 404, "no-such-run");
    }
    assertProblem(
        door.postJson(run + "/resize", "{\"columns\": 80, \"rows\": 24}"), 404, "no-such-run");
    assertProblem(door.send(door.to(run).DELETE()), 404, "no-such-run");
  }

  @Test
  void a_method_that_does_nothing_is_405_and_tells_those_that_do() {
    var put = door.send(door.to(RUNS).PUT(BodyPublishers.ofString("{}")));
    assertProblem(put, 405, "method");
    assertThat(put.headers().firstValue("Allow")).hasValue("GET, POST");
    assertProblem(door.send(door.to(RUNS + "/x/cancel")), 405, "method");
    assertProblem(door.send(door.to("/version").DELETE()), 405, "method");
  }

  @Test
  void paths_that_are_none_are_404_or_400() throws IOException {
    assertProblem(door.get("/api/v1/run"), 404, "no-such-path");
    assertProblem(door.get("/api/v2/runs"), 404, "no-such-path");
    assertProblem(door.get(RUNS + "/x/y/z"), 404, "no-such-path");
    for (String path :
        List.of("/%", "/api/v1/runs/%zz", "/%c3%28", "/%00", "http://evil.example/", "*")) {
      assertThat(
              door.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
          .as(path)
          .startsWith("HTTP/1.1 400 ")
          .contains(Problem.CONTENT_TYPE);
    }
  }

  @Test
  void what_is_no_http_is_refused_with_a_problem() throws IOException {
    assertThat(door.raw("NONSENSE\r\n\r\n")).contains("400 ").contains(Problem.CONTENT_TYPE);
    String longLine = "GET /" + "x".repeat(70_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    assertThat(door.raw(longLine)).contains(" 414 ");
    String longHeader =
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(40_000) + "\r\n\r\n";
    assertThat(door.raw(longHeader)).contains(" 431 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zz\r\n{}\r\n0\r\n\r\n",
        "2\r\n{}\r\nnonsense\r\n",
        "-1\r\n{}\r\n0\r\n\r\n",
        "ffffffffffffffffff\r\n{}"
      })
  void a_body_in_broken_chunks_is_400_and_the_connection_is_closed(String chunks)
      throws IOException {
    RunId first = door.runs.queued(Submission.of("true"));
    before = door.runs.count();
    for (String path :
        List.of(RUNS, RUNS + "/" + first + "/rerun", RUNS + "/" + first + "/cancel")) {
      String answer =
          door.raw(
              "POST %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n%s"
                  .formatted(path, Door.TOKEN, chunks));
      assertThat(answer)
          .as(path)
          .startsWith("HTTP/1.1 400 ")
          .containsIgnoringCase("connection: close")
          .contains(Problem.CONTENT_TYPE)
          .contains("\"field\":\"body\"");
    }
  }

  @ParameterizedTest
  @CsvSource({"wait=61,400", "wait=-1,400", "wait=x,400", "wait=,400", "until=5,400"})
  void a_wait_that_cannot_be_is_400(String query, int status) {
    RunId id = door.runs.queued(Submission.of("true"));
    before++;
    assertThat(door.get(RUNS + "/" + id + "?" + query).statusCode()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "from=-1",
        "from=x",
        "to=x",
        "tail=-1",
        "tail=5&from=1",
        "tail=5&to=1",
        "stream=both",
        "stream=stdout&from=0",
        "stream=stderr&to=1",
        "from=5&to=4",
        "follow=1",
        "timestamps=yes",
        "since=1"
      })
  void a_part_of_the_output_that_cannot_be_is_400(String query) {
    RunId id = door.runs.queued(Submission.of("true"));
    before++;
    assertProblem(door.get(RUNS + "/" + id + "/output?" + query), 400, "malformed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"graceSeconds\": -1}",
        "{\"graceSeconds\": \"1\"}",
        "{\"grace\": 1}",
        "{\"reason\": \"a\\nb\"}",
        "x",
        "{\"graceSeconds\": 1e9}"
      })
  void a_cancel_that_cannot_be_understood_cancels_nothing(String json) {
    RunId id = door.runs.started(Submission.of("true"));
    before++;
    assertProblem(door.postJson(RUNS + "/" + id + "/cancel", json), 400, "malformed");
    assertThat(Door.json(door.get(RUNS + "/" + id)).getString("stopRequestedAt")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"columns\": 80}",
        "{\"columns\": 80, \"rows\": 1001}",
        "{\"columns\": 80, \"rows\": 24, \"depth\": 3}",
        "[]"
      })
  void a_size_that_is_none_is_400(String json) {
    RunId id = door.runs.started(Submission.of("true"));
    before++;
    assertProblem(door.postJson(RUNS + "/" + id + "/resize", json), 400, "malformed");
  }

  private static HttpResponse<String> postScript(String query, byte[] script) {
    return door.send(
        door.to(RUNS + query)
            .header("Content-Type", "text/x-shellscript")
            .POST(BodyPublishers.ofByteArray(script)));
  }

  private static List<String> fields(HttpResponse<String> answer) {
    JsonArray errors = Door.json(answer).getJsonArray("errors");
    return errors.stream()
        .map(error -> ((JsonObject) error).getString("field"))
        .collect(Collectors.toList());
  }
}
