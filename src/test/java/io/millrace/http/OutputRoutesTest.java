package io.millrace.http;

import static io.millrace.http.AccessTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.run.RunId;
import io.millrace.run.Submission;
import io.millrace.spool.Stream;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputRoutesTest {
  private static Door door;
  private RunId id;

  @BeforeAll
  static void open() {
    door = new Door();
  }

  @AfterAll
  static void close() {
    door.close();
  }

  @BeforeEach
  void run() {
    id = door.runs.started(Submission.of("x"));
  }

  @Test
  void any_bytes_come_out_as_they_went_in() {
    byte[] bytes = new byte[700_000];
    new Random(7).nextBytes(bytes);
    Arrays.fill(bytes, 100_000, 110_000, (byte) 0);
    for (int at = 0; at < bytes.length; at += 70_000) {
      door.runs.write(
          id,
          at % 140_000 == 0 ? Stream.STDOUT : Stream.STDERR,
          Arrays.copyOfRange(bytes, at, at + 70_000));
    }
    var answer = door.sendForBytes(door.to(path("")).build());
    assertThat(answer.body()).isEqualTo(bytes);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; charset=utf-8");
    assertThat(answer.headers().firstValue("Millrace-Next-Offset")).hasValue("700000");
    assertThat(answer.headers().firstValue("Millrace-Truncated-Bytes")).hasValue("0");
    assertThat(answer.headers().firstValue("Content-Length")).hasValue("700000");
  }

  @ParameterizedTest
  @CsvSource({
    "'',200,0123456789,10",
    "?from=3,200,3456789,10",
    "?from=3&to=5,200,34,5",
    "?to=5,200,01234,5",
    "?from=3&to=99,200,3456789,10",
    "?from=10,200,'',10",
    "?from=4&to=4,200,'',4",
    "?tail=3,200,789,10",
    "?tail=0,200,'',10",
    "?tail=99,200,0123456789,10",
    "?stream=stdout,200,01236789,10",
    "?stream=stderr,200,45,10",
    "?stream=stderr&tail=1,200,5,10",
    "?stream=stdout&tail=5,200,36789,10",
    "?stream=stdout&tail=500,200,01236789,10",
  })
  void a_part_can_be_had(String query, int status, String body, String next) {
    digits();
    var answer = door.get(path(query));
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.headers().firstValue("Millrace-Next-Offset")).hasValue(next);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=2-4,206,234,bytes 2-4/10",
    "bytes=2-,206,23456789,bytes 2-9/10",
    "bytes=-3,206,789,bytes 7-9/10",
    "bytes=8-99,206,89,bytes 8-9/10",
    "bytes=-99,206,0123456789,bytes 0-9/10",
    "'bytes=1-2,4-5',200,0123456789,",
    "lines=1-2,200,0123456789,",
    "bytes=5-3,200,0123456789,",
    "bytes=-,200,0123456789,",
  })
  void a_range_can_be_had(String range, int status, String body, String contentRange) {
    digits();
    door.runs.end(id, 0);
    var answer = door.send(door.to(path("")).header("Range", range));
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.headers().firstValue("Content-Range").orElse(null)).isEqualTo(contentRange);
  }

  @Test
  void beyond_the_end_is_416() {
    digits();
    assertProblem(door.get(path("?from=11")), 416, "range");
    var range = door.send(door.to(path("")).header("Range", "bytes=10-"));
    assertProblem(range, 416, "range");
    assertThat(range.headers().firstValue("Content-Range")).hasValue("bytes */10");
    assertProblem(
        door.send(door.to(path("?from=1")).header("Range", "bytes=1-2")), 400, "malformed");
    assertProblem(
        door.send(door.to(path("?stream=stdout")).header("Range", "bytes=1-2")), 400, "malformed");
    assertThat(door.get(path("?from=10")).statusCode()).isEqualTo(200);
  }

  @Test
  void a_gap_is_passed_over_and_told() {
    digits();
    door.runs.drop(id, 2, 6);
    var whole = door.get(path(""));
    assertThat(whole.body()).isEqualTo("016789");
    assertThat(whole.headers().firstValue("Millrace-Truncated-Bytes")).hasValue("4");
    assertThat(whole.headers().firstValue("Millrace-Next-Offset")).hasValue("10");
    var part = door.get(path("?from=4&to=8"));
    assertThat(part.body()).isEqualTo("67");
    assertThat(part.headers().firstValue("Millrace-Truncated-Bytes")).hasValue("2");
    var ignored = door.send(door.to(path("")).header("Range", "bytes=0-1"));
    assertThat(ignored.statusCode()).isEqualTo(200);
    assertThat(ignored.body()).isEqualTo("016789");
    assertThat(Door.json(door.get("/api/v1/runs/" + id)).getJsonObject("output").getString("tail"))
        .isEqualTo("016789");
  }

  @Test
  void each_line_can_begin_with_its_time() {
    long first = Instant.parse("2026-05-06T07:08:09.010Z").toEpochMilli();
    write(first, "one\ntw");
    write(first + 1000, "o\n");
    write(first + 2000, "\nend");
    assertThat(door.get(path("?timestamps=true")).body())
        .isEqualTo(
            """
            2026-05-06T07:08:09.010Z one
            2026-05-06T07:08:09.010Z two
            2026-05-06T07:08:11.010Z\s
            2026-05-06T07:08:11.010Z end\
            """);
  }

  @Test
  void following_goes_on_until_the_run_has_ended() throws Exception {
    digits();
    var answer =
        door.client.send(
            door.to(path("?follow=true&from=8")).build(),
            HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.headers().firstValue("Millrace-Next-Offset")).isEmpty();
    InputStream body = answer.body();
    assertThat(body.readNBytes(2)).asString().isEqualTo("89");
    door.runs.write(id, Stream.STDERR, "ab");
    assertThat(body.readNBytes(2)).asString().isEqualTo("ab");
    var rest = CompletableFuture.supplyAsync(() -> readAll(body));
    assertThat(rest).isNotDone();
    door.runs.write(id, Stream.STDOUT, "c");
    door.runs.end(id, 0);
    assertThat(rest.join()).isEqualTo("c");
  }

  @Test
  void following_understands_the_other_options() {
    digits();
    var lines =
        CompletableFuture.supplyAsync(
            () -> door.get(path("?follow=true&stream=stdout&tail=2&timestamps=true")).body());
    var bounded = door.get(path("?follow=true&from=1&to=4"));
    assertThat(bounded.body()).isEqualTo("123");
    door.runs.end(id, 0);
    assertThat(lines.join()).isEqualTo("2026-01-02T03:04:05.006Z 89");
    assertThat(door.get(path("?follow=true")).body()).isEqualTo("0123456789");
    assertProblem(door.get(path("?follow=true&from=11")), 416, "range");
  }

  @Test
  void output_that_goes_while_it_is_sent_breaks_the_answer_off() {
    byte[] bytes = new byte[1 << 20];
    door.runs.write(id, Stream.STDOUT, bytes);
    door.runs.dropSilently(id, 500_000, 600_000);
    assertThatThrownBy(() -> door.sendForBytes(door.to(path("")).build()))
        .isInstanceOf(AssertionError.class);
  }

  private void digits() {
    door.runs.write(id, Stream.STDOUT, "0123");
    door.runs.write(id, Stream.STDERR, "45");
    door.runs.write(id, Stream.STDOUT, "6789");
  }

  private void write(long millis, String text) {
    door.runs.clockMillis = millis;
    door.runs.write(id, Stream.STDOUT, text);
  }

  private String path(String query) {
    return "/api/v1/runs/" + id + "/output" + query;
  }

  private static String readAll(InputStream in) {
    try (in) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (java.io.IOException broken) {
      throw new AssertionError(broken);
    }
  }
}
