package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.Api;
import io.millrace.testing.MillraceProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The memory file system of the run directories is full, or emptied, while runs write into it.
class FullRunDirectoryIT {
  private static final int MEGABYTES = 8;
  private static final int RUNS = 8;
  private static final int LARGE_LINES = 60_000;

  @TempDir private Path traces;
  private Optional<SmallDisk> memory = Optional.empty();
  private MillraceProcess service;
  private Api api;

  @BeforeEach
  void start() throws IOException {
    var folder =
        Files.createTempDirectory(
            "millrace-test-run",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
    memory = SmallDisk.over(folder, MEGABYTES);
    if (memory.isEmpty()) {
      Files.delete(folder);
    }
    assumeThat(memory).as("mounting takes root, and the right to").isPresent();
    service = MillraceProcess.startOn(folder);
    api = service.api();
  }

  @AfterEach
  void stop() throws IOException {
    try {
      if (service != null) {
        service.close();
      }
    } finally {
      if (memory.isPresent()) {
        memory.get().close();
      }
    }
  }

  @Test
  void a_script_that_fills_it_costs_no_other_run_a_byte() throws Exception {
    var early = submit(0);
    var greedy =
        api.submit(
            new JsonObject()
                .put("script", "cat /dev/zero >\"${0%/*}/much\"; echo full; read -r line; exit 6")
                .put("stdin", true));
    await().until(() -> text(greedy).contains("full\n"));

    assertThat(text(greedy)).endsWith("full\n").contains("No space left");
    early.addAll(submit(RUNS));
    verify(early);
    verifyLarge();

    api.post("/api/v1/runs/" + greedy + "/input?eof=true", new JsonObject());
    assertThat(api.awaitEnd(greedy).getInteger("exitCode")).isEqualTo(6);
    allIsWell();
  }

  @Test
  void a_foreign_file_that_fills_it_does_not_keep_a_server_from_coming_back() throws Exception {
    var early = submit(0);
    memory.orElseThrow().fill();
    service.kill();
    service.restart();
    api = service.api();

    early.addAll(submit(RUNS));
    verify(early);
    verifyLarge();
    memory.orElseThrow().empty();
    allIsWell();
  }

  @Test
  void what_was_taken_away_under_a_run_is_told_and_its_end_is_its_own() throws Exception {
    var gate = traces.resolve("gate");
    var run =
        api.submit(
            "echo before; while [ ! -e %s ]; do sleep 0.05; done; echo after; exit 3"
                .formatted(gate));
    await().until(() -> text(run).equals("before\n"));
    var taken =
        new ProcessBuilder("find", service.runDir().toString(), "-mindepth", "1", "-delete");
    assertThat(taken.inheritIO().start().waitFor()).isZero();
    Files.createFile(gate);

    var end = api.awaitEnd(run);
    assertThat(end.getInteger("exitCode")).as(end::encode).isEqualTo(3);
    var counts = end.getJsonObject("output");
    assertThat(counts.getLong("bytes")).as(end::encode).isEqualTo(13);
    var answer = api.get("/api/v1/runs/" + run + "/output");
    long told = answer.headers().firstValueAsLong("Millrace-Truncated-Bytes").orElse(0);
    assertThat(told + answer.body().length).as(Api.text(answer)).isEqualTo(13);
    assertThat(counts.getLong("truncatedBytes")).as(end::encode).isEqualTo(told);
    allIsWell();
    service.kill();
    service.restart();
    api = service.api();
    allIsWell();
  }

  private record Known(KnownScript script, String run) {}

  private List<Known> submit(int from) {
    return new ArrayList<>(
        IntStream.range(from, from + RUNS)
            .mapToObj(number -> new KnownScript(number, 40, 50, traces))
            .map(script -> new Known(script, api.submit(script.submission())))
            .toList());
  }

  private void verify(List<Known> runs) {
    runs.forEach(known -> known.script().verify(api, known.run()));
  }

  private void verifyLarge() {
    var run = api.submit("seq %d; exit 7".formatted(LARGE_LINES));
    assertThat(api.awaitEnd(run).getInteger("exitCode")).isEqualTo(7);
    var expected = new StringBuilder();
    IntStream.rangeClosed(1, LARGE_LINES).forEach(i -> expected.append(i).append('\n'));
    assertThat(text(run)).isEqualTo(expected.toString());
  }

  /// A new run lies in memory, as usual, and nothing of the others is left.
  private void allIsWell() throws IOException {
    var run =
        api.submit(new JsonObject().put("script", "echo here; read -r line").put("stdin", true));
    await().until(() -> text(run).equals("here\n"));
    assertThat(service.runDir().resolve(run + ".1/00000000000000000000.out")).exists();
    api.post("/api/v1/runs/" + run + "/input?eof=true", new JsonObject());
    api.awaitEnd(run);
    await()
        .untilAsserted(
            () ->
                assertThat(
                        Remains.runDirectories(service.runDir(), service.dataDir().resolve("runs")))
                    .isEmpty());
  }

  private String text(String run) {
    return new String(api.output(run), StandardCharsets.UTF_8);
  }
}
