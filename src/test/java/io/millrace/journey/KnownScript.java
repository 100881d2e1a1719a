package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Api;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A script of which every byte and the exit code are known before it runs, and which leaves traces
/// outside of the service: once when it starts, once when it ends.
///
/// @param number tells it from the others
/// @param lines how many it writes to stdout, one each pause; every fifth has a note on stderr
/// @param traces a folder for its traces; while a file `wait` is there, it writes nothing yet
public record KnownScript(int number, int lines, int pauseMillis, Path traces) {

  /// Writes nothing but through builtins: a pause costs no process.
  public String text() {
    return """
    exec {never}<> <(:)
    echo "$MILLRACE_RUN_ID.$MILLRACE_ATTEMPT" >> %1$s/%2$d.started
    while [[ -e %1$s/wait ]]; do read -t 0.5 -u $never; done
    for ((i = 0; i < %3$d; i++)); do
      echo "script %2$d line $i of %3$d"
      ((i %% 5)) || echo "script %2$d note $i" >&2
      read -t %4$d.%5$03d -u $never
    done
    : > %1$s/%2$d.ended
    exit %6$d
    """
        .formatted(traces, number, lines, pauseMillis / 1000, pauseMillis % 1000, exitCode());
  }

  public JsonObject submission() {
    return new JsonObject().put("script", text());
  }

  public int exitCode() {
    return number % 7;
  }

  public byte[] stdout() {
    var text = new StringBuilder();
    for (int i = 0; i < lines; i++) {
      text.append("script %d line %d of %d\n".formatted(number, i, lines));
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  public byte[] stderr() {
    var text = new StringBuilder();
    for (int i = 0; i < lines; i += 5) {
      text.append("script %d note %d\n".formatted(number, i));
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  public boolean hasStarted() {
    return Files.exists(started());
  }

  public boolean hasEnded() {
    return Files.exists(traces.resolve(number + ".ended"));
  }

  /// One line for each time that it was started: run and attempt.
  public List<String> starts() {
    try {
      return hasStarted() ? Files.readAllLines(started()) : List.of();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private Path started() {
    return traces.resolve(number + ".started");
  }

  /// Waits for the end of `run` and holds every fact of it against what it must be.
  public void verify(Api api, String run) {
    var end = api.awaitEnd(run);
    assertThat(end.getString("status"))
        .as(end::encode)
        .isEqualTo(exitCode() == 0 ? "succeeded" : "failed");
    assertThat(end.getInteger("exitCode")).as(end::encode).isEqualTo(exitCode());
    assertThat(output(api, run, "stdout")).asString().isEqualTo(new String(stdout()));
    assertThat(output(api, run, "stderr")).asString().isEqualTo(new String(stderr()));
    assertThat(end.getJsonObject("output").getLong("bytes"))
        .isEqualTo(stdout().length + stderr().length);
    assertThat(starts()).containsExactly(run + ".1");
  }

  private static byte[] output(Api api, String run, String stream) {
    return api.get("/api/v1/runs/" + run + "/output?stream=" + stream).body();
  }
}
