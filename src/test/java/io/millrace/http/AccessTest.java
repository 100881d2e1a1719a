package io.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {
  private static Door door;

  @BeforeAll
  static void open() {
    door = new Door();
  }

  @AfterAll
  static void close() {
    door.close();
  }

  @Test
  void without_a_token_there_is_401_with_what_to_do() {
    HttpResponse<String> answer = door.send(door.stranger("/api/v1/runs"));
    assertProblem(answer, 401, "no-token");
    assertThat(answer.headers().firstValue("WWW-Authenticate"))
        .hasValueSatisfying(v -> assertThat(v).startsWith("Bearer"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer wrong",
        "Bearer",
        "Basic YTpi",
        "a-token-of-the-tests",
        "Bearer a-token-of-the-test",
        "Bearer a-token-of-the-testss",
        "Bearer a-token-of-the-tests x"
      })
  void a_wrong_token_is_401(String authorization) {
    assertProblem(
        door.send(door.stranger("/openapi.yaml").header("Authorization", authorization)),
        401,
        "wrong-token");
  }

  @Test
  void the_scheme_of_the_token_may_be_written_in_any_case() {
    var request = door.stranger("/metrics").header("Authorization", "bearer " + Door.TOKEN);
    assertThat(door.send(request).statusCode()).isEqualTo(200);
  }

  @Test
  void a_path_that_does_not_exist_tells_a_stranger_nothing() {
    assertProblem(door.send(door.stranger("/nowhere")), 401, "no-token");
    assertProblem(door.send(door.to("/nowhere")), 404, "no-such-path");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/health/../metrics",
        "/health/live/../../metrics",
        "//metrics",
        "/health/%2e%2e/metrics"
      })
  void no_spelling_of_a_path_gets_around_the_token(String path) throws IOException {
    assertThat(get(path, "Host: localhost", "Connection: close")).startsWith("HTTP/1.1 401 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:1234",
        "LOCALHOST",
        "localhost.",
        "127.0.0.1",
        "127.8.9.1:99",
        "[::1]",
        "[::1]:80"
      })
  void names_of_this_machine_are_ours(String host) throws IOException {
    assertThat(get("/version", "Host: " + host)).startsWith("HTTP/1.1 200 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "localhost:80:80",
        "[::2]",
        "10.0.0.1",
        "evil.example:8080",
        "localhost, evil.example",
        "user@localhost",
        "0x7f.1"
      })
  void a_foreign_host_is_421(String host) throws IOException {
    assertThat(get("/version", "Host: " + host))
        .startsWith("HTTP/1.1 421 ")
        .contains("\"type\":\"urn:millrace:problem:foreign-host\"");
  }

  @Test
  void a_request_without_host_or_with_two_is_refused() throws IOException {
    assertThat(get("/version")).startsWith("HTTP/1.1 4");
    assertThat(get("/version", "Host: localhost", "Host: localhost")).startsWith("HTTP/1.1 4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example",
        "null",
        "http://localhost:3000",
        "http://127.0.0.1",
        "https://"
      })
  void a_foreign_origin_is_403_even_with_the_token(String origin) {
    assertProblem(door.send(door.to("/metrics").header("Origin", origin)), 403, "foreign-origin");
  }

  @Test
  void our_own_page_may_ask() {
    var request = door.to("/metrics").header("Origin", "http://127.0.0.1:" + door.port());
    assertThat(door.send(request).statusCode()).isEqualTo(200);
  }

  @Test
  void there_is_no_cors() {
    var preflight =
        door.to("/metrics")
            .header("Access-Control-Request-Method", "POST")
            .method("OPTIONS", BodyPublishers.noBody());
    HttpResponse<String> answer = door.send(preflight);
    assertProblem(answer, 405, "method");
    assertThat(answer.headers().map().keySet())
        .noneMatch(name -> name.startsWith("access-control"));
  }

  @Test
  void a_form_of_another_site_is_refused() {
    String body = "script=rm";
    var form =
        door.stranger("/sign-in")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Sec-Fetch-Site", "cross-site");
    assertProblem(door.send(form.POST(BodyPublishers.ofString(body))), 403, "foreign-origin");
  }

  @Test
  void every_answer_is_safe_to_look_at() {
    for (var request :
        java.util.List.of(
            door.stranger("/version"), door.stranger("/nowhere"), door.stranger("/"))) {
      var headers = door.send(request).headers();
      assertThat(headers.firstValue("X-Content-Type-Options")).hasValue("nosniff");
      assertThat(headers.firstValue("Content-Security-Policy"))
          .hasValueSatisfying(
              policy -> assertThat(policy).contains("default-src 'none'").doesNotContain("unsafe"));
    }
  }

  static void assertProblem(HttpResponse<String> answer, int status, String kind) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue(Problem.CONTENT_TYPE);
    var problem = Door.json(answer);
    assertThat(problem.getString("type")).isEqualTo("urn:millrace:problem:" + kind);
    assertThat(problem.getInteger("status")).isEqualTo(status);
    assertThat(problem.getString("title")).isNotBlank();
    assertThat(problem.getString("detail")).isNotBlank();
    assertThat(problem.getString("next")).isNotBlank();
  }

  private static String get(String path, String... headers) throws IOException {
    return door.raw(
        "GET "
            + path
            + " HTTP/1.1\r\n"
            + String.join("\r\n", headers)
            + "\r\nConnection: close\r\n\r\n");
  }
}
