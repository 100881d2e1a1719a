package io.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// The log as one JSON object on each line.
class JsonLinesTest {
  private static final Logger LOGGER = new LoggerContext().getLogger("io.millrace.Example");

  @Test
  void an_event_is_one_line_with_its_time_level_logger_and_message() {
    var event = event("run {}: \"quoted\"\nand a second line", null, "42");
    event.setInstant(Instant.parse("2026-11-21T10:00:00.050Z"));
    var text = encode(event);
    assertThat(text).endsWith("\n").containsOnlyOnce("\n");
    assertThat(new JsonObject(text))
        .isEqualTo(
            new JsonObject()
                .put("at", "2026-11-21T10:00:00.050Z")
                .put("level", "WARN")
                .put("logger", "io.millrace.Example")
                .put("message", "run 42: \"quoted\"\nand a second line"));
  }

  @Test
  void a_failure_comes_with_its_stack() {
    var cause = new IllegalStateException("the cause");
    var stack =
        new JsonObject(encode(event("bug", new RuntimeException("told", cause))))
            .getString("stack");
    assertThat(stack).contains("told", "Caused by", "the cause", "JsonLinesTest");
  }

  private static LoggingEvent event(String message, Throwable failure, Object... values) {
    return new LoggingEvent("test", LOGGER, Level.WARN, message, failure, values);
  }

  private static String encode(LoggingEvent event) {
    return new String(new JsonLines().encode(event), StandardCharsets.UTF_8);
  }
}
