package io.millrace.http;

import static io.millrace.http.AccessTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {
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
  void a_stranger_sees_the_sign_in_and_its_files_and_nothing_else() {
    assertThat(door.send(door.stranger("/")).body()).contains("sign-in.js");
    assertThat(door.send(door.stranger("/page/sign-in.js")).statusCode()).isEqualTo(200);
    assertThat(door.send(door.stranger("/page/sign-in.css")).statusCode()).isEqualTo(200);
    assertProblem(door.send(door.stranger("/page/index.html")), 401, "no-token");
  }

  @Test
  void a_link_signs_a_browser_in_exactly_once() {
    String link = door.signIn.newLink();
    var first = door.send(door.stranger(link));
    String cookie = first.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie).contains("HttpOnly").contains("SameSite=Strict").contains("Path=/");
    assertThat(first.body()).contains("url=/");
    var again = door.send(door.stranger(link));
    assertThat(again.headers().firstValue("Set-Cookie")).isEmpty();
    assertThat(again.body()).contains("sign-in.js");

    String pair = cookie.substring(0, cookie.indexOf(';'));
    assertThat(door.send(door.stranger("/").header("Cookie", pair)).body()).contains("main.js");
    assertThat(door.send(door.stranger("/metrics").header("Cookie", pair)).statusCode())
        .isEqualTo(200);
    assertProblem(
        door.send(door.stranger("/metrics").header("Cookie", pair + "x")), 401, "no-token");
  }

  @Test
  void the_token_signs_a_browser_in() {
    var answer = door.send(signIn("{\"token\": \"" + Door.TOKEN + "\"}"));
    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.headers().firstValue("Set-Cookie")).isPresent();
    assertProblem(door.send(signIn("{\"token\": \"guess\"}")), 401, "wrong-token");
    assertProblem(door.send(signIn("{}")), 400, "malformed");
    assertProblem(door.send(signIn("{\"token\": \"" + "x".repeat(5000) + "\"}")), 413, "too-large");
  }

  @Test
  void signing_out_takes_the_cookie_back() {
    var answer = door.send(door.stranger("/sign-out").POST(BodyPublishers.noBody()));
    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.headers().firstValue("Set-Cookie")).get().asString().contains("Max-Age=0");
  }

  @Test
  void every_file_of_the_page_is_served_with_its_type() throws IOException {
    Path page = Path.of("src/main/resources/page");
    try (var files = Files.walk(page)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        var answer = door.send(door.to("/page/" + page.relativize(file)));
        assertThat(answer.statusCode()).as(file.toString()).isEqualTo(200);
        String type = answer.headers().firstValue("Content-Type").orElseThrow();
        boolean script = file.toString().endsWith("js");
        assertThat(type.startsWith("text/javascript")).as(file.toString()).isEqualTo(script);
      }
    }
  }

  @Test
  void a_browser_that_has_a_file_of_the_page_does_not_get_it_again() {
    String path = "/page/main.js";
    var first = door.send(door.to(path));
    assertThat(first.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/javascript");
    String tag = first.headers().firstValue("ETag").orElseThrow();
    var second = door.send(door.to(path).header("If-None-Match", tag));
    assertThat(second.statusCode()).isEqualTo(304);
    assertThat(second.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/page/../logback.xml",
        "/page/%2e%2e/pom.xml",
        "/page/none.js",
        "/page/vendor/.hidden",
        "/page/",
        "/page/a%00.js"
      })
  void only_files_of_the_page_are_served(String path) throws Exception {
    String answer =
        door.raw(
            "GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n"
                .formatted(path, Door.TOKEN));
    assertThat(answer).startsWith("HTTP/1.1 40");
  }

  private static HttpRequest.Builder signIn(String body) {
    return door.stranger("/sign-in")
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body));
  }
}
