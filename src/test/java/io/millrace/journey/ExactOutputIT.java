package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Api;
import io.millrace.testing.MillraceProcess;
import io.millrace.testing.SharedMillrace;
import io.millrace.testing.Viewer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Bytes come out as they went in, from offset 0.
@ExtendWith(SharedMillrace.class)
class ExactOutputIT {

  @Test
  void no_newline_at_the_end_stays_none(Api api) {
    assertThat(output(api, "printf x")).isEqualTo(bytes("x"));
  }

  @Test
  void blank_lines_stay(Api api) {
    assertThat(output(api, "printf '\\n\\na\\n\\n\\n'")).isEqualTo(bytes("\n\na\n\n\n"));
  }

  @Test
  void ten_thousand_nuls_stay(Api api) {
    assertThat(output(api, "head -c 10000 /dev/zero")).isEqualTo(new byte[10_000]);
  }

  @Test
  void random_bytes_stay(Api api, @TempDir Path folder) throws IOException {
    var random = new byte[300_000];
    new Random(42).nextBytes(random);
    var file = Files.write(folder.resolve("random"), random);
    assertThat(output(api, "cat " + file)).isEqualTo(random);
  }

  @Test
  void a_line_of_5_megabytes_stays_whole(Api api) {
    var line = new byte[5_000_001];
    Arrays.fill(line, (byte) 'a');
    line[5_000_000] = '\n';
    assertThat(output(api, "head -c 5000000 /dev/zero | tr '\\0' a; echo")).isEqualTo(line);
  }

  @Test
  void output_that_is_larger_than_the_memory_of_the_service_is_stored_whole(Api api) {
    var id =
        api.submit(
            new JsonObject()
                .put("script", "head -c 400000000 /dev/zero; printf end")
                .put("limits", new JsonObject().put("output", "400M")));

    var output = api.awaitEnd(id).getJsonObject("output");

    assertThat(output.getLong("bytes")).isEqualTo(400_000_003);
    assertThat(output.getLong("truncatedBytes")).isZero();
    assertThat(Api.text(api.get("/api/v1/runs/" + id + "/output?from=399999999")))
        .isEqualTo("\0end");
    api.delete("/api/v1/runs/" + id);
  }

  @Test
  void a_character_cut_across_writes_reaches_the_viewer_whole(MillraceProcess service, Api api) {
    var id =
        api.submit(
            new JsonObject()
                .put("script", "printf '\\xe2\\x82'; read line; printf '\\xac'")
                .put("stdin", true));
    try (var viewer = Viewer.open(service, id, 0)) {
      viewer.awaitFrame(frame -> "running".equals(status(frame)));
      viewer.send(new JsonObject().put("type", "input").put("data", "go\n"));
      viewer.awaitEnd();
      assertThat(viewer.text()).isEqualTo("€");
      assertThat(viewer.frames()).noneMatch(frame -> frame.containsKey("encoding"));
    }
  }

  @Test
  void both_streams_are_told_apart(Api api) {
    var id = api.submit("echo out; echo err >&2");
    var run = api.awaitEnd(id);
    assertThat(run.getJsonObject("output").getLong("stdoutBytes")).isEqualTo(4);
    assertThat(run.getJsonObject("output").getLong("stderrBytes")).isEqualTo(4);
    assertThat(api.get("/api/v1/runs/" + id + "/output?stream=stderr").body())
        .isEqualTo(bytes("err\n"));
    assertThat(api.get("/api/v1/runs/" + id + "/output?stream=stdout").body())
        .isEqualTo(bytes("out\n"));
  }

  @Test
  void merged_streams_keep_their_order(Api api) {
    var id =
        api.submit(
            new JsonObject()
                .put("script", "for i in {1..500}; do echo o$i; echo e$i >&2; done")
                .put("mergeStderr", true));
    api.awaitEnd(id);
    var expected = new StringBuilder();
    for (int i = 1; i <= 500; i++) {
      expected.append('o').append(i).append("\ne").append(i).append('\n');
    }
    assertThat(new String(api.output(id), StandardCharsets.UTF_8)).isEqualTo(expected.toString());
  }

  @Test
  void of_a_gigabyte_head_and_tail_stay_and_the_gap_is_told(Api api) {
    long total = 1_000_000_000;
    var id =
        api.submit(
            "head -c 499999990 /dev/zero; printf 0123456789; head -c 499999995 /dev/zero; printf"
                + " 'THEND'; :");
    var output = api.awaitEnd(id).getJsonObject("output");
    assertThat(output.getLong("bytes")).isEqualTo(total);
    long kept = total - output.getLong("truncatedBytes");
    assertThat(kept).isBetween(60L << 20, 64L << 20);
    assertThat(output.getString("tail")).endsWith("THEND");
    var tail = api.get("/api/v1/runs/" + id + "/output?tail=5");
    assertThat(tail.body()).isEqualTo(bytes("THEND"));
    var whole = api.get("/api/v1/runs/" + id + "/output");
    assertThat((long) whole.body().length).isEqualTo(kept);
    assertThat(whole.headers().firstValueAsLong("Millrace-Truncated-Bytes"))
        .hasValue(output.getLong("truncatedBytes"));
  }

  @Test
  void with_a_terminal_a_python_script_prints_at_once(MillraceProcess service, Api api) {
    var id =
        api.submit(
            new JsonObject()
                .put("script", "#!/usr/bin/env python3\nprint('now')\ninput()\n")
                .put("tty", new JsonObject().put("columns", 80).put("rows", 24)));
    try (var viewer = Viewer.open(service, id, 0)) {
      viewer.awaitFrame(frame -> "now\r\n".equals(frame.getString("data")));
      viewer.send(new JsonObject().put("type", "input").put("data", "\n"));
      assertThat(viewer.awaitEnd().getInteger("exitCode")).isZero();
    }
  }

  private static @org.jspecify.annotations.Nullable String status(JsonObject frame) {
    var run = frame.getJsonObject("run");
    return run == null ? null : run.getString("status");
  }

  private static byte[] output(Api api, String script) {
    var id = api.submit(script);
    assertThat(api.awaitEnd(id).getString("status")).isEqualTo("succeeded");
    return api.output(id);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
