package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.Api;
import io.millrace.testing.MillraceProcess;
import io.millrace.testing.Viewer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// PostgreSQL goes away under running scripts, and comes back.
class OutagesIT {
  private static final int RUNS = 30;

  @TempDir private Path traces;
  private OwnPostgres postgres;
  private MillraceProcess service;

  @BeforeEach
  void start() throws IOException {
    postgres = OwnPostgres.start();
    service = MillraceProcess.start(postgres.option());
  }

  @AfterEach
  void stop() throws IOException {
    service.close();
    postgres.close();
  }

  @Test
  void scripts_go_on_results_wait_on_disk_and_nothing_that_was_refused_ever_starts()
      throws Exception {
    var api = service.api();
    var scripts = scripts();
    var runs = submit(api, scripts);
    var gate = traces.resolve("gate");
    var live =
        api.submit(
            "echo before; while [ ! -e %s ]; do sleep 0.05; done; echo after".formatted(gate));
    var endless = api.submit("echo up; exec sleep 600");
    await().until(() -> bytes(api, live) > 0 && bytes(api, endless) > 0);
    postgres.stop();
    // On a slow machine some have ended and been stored before.
    long unstored =
        runs.stream()
            .filter(run -> api.get("/api/v1/runs/" + run).statusCode() == HttpURLConnection.HTTP_OK)
            .count();
    assertThat(refusedPosts(api)).hasSize(10);
    assertThat(api.get("/health/live").statusCode()).isEqualTo(200);
    assertThat(api.get("/health/ready").statusCode()).isEqualTo(503);
    try (var viewer = Viewer.open(service, live, 0)) {
      viewer.awaitFrame(frame -> "before\n".equals(frame.getString("data")));
      Files.createFile(gate);
      viewer.awaitFrame(frame -> "after\n".equals(frame.getString("data")));
      assertThat(api.cancel(endless).statusCode()).isEqualTo(202);
      await().until(() -> scripts.stream().allMatch(KnownScript::hasEnded));
      await().until(() -> onDisk().count() == unstored + 2);
      postgres.startAgain();
      assertThat(viewer.awaitEnd().getString("status")).isEqualTo("succeeded");
    }
    assertThat(api.awaitEnd(endless).getString("status")).isEqualTo("cancelled");
    verify(api, scripts, runs);
    assertThat(traces.resolve("refused")).doesNotExist();
    await().until(() -> onDisk().findAny().isEmpty());
  }

  @Test
  void a_server_killed_in_an_outage_starts_into_it_and_loses_nothing() throws Exception {
    var api = service.api();
    var scripts = scripts();
    var runs = submit(api, scripts);
    await().until(() -> scripts.stream().allMatch(KnownScript::hasStarted));
    postgres.kill();
    await().until(() -> scripts.stream().anyMatch(KnownScript::hasEnded));
    service.kill();
    var start = Thread.ofVirtual().start(service::restart);
    await().until(() -> service.log().contains("The service starts as soon as it does"));
    await().until(() -> scripts.stream().allMatch(KnownScript::hasEnded));
    postgres.startAgain();
    start.join();
    verify(service.api(), scripts, runs);
  }

  @Test
  void a_frozen_database_is_like_one_that_is_away() throws Exception {
    var api = service.api();
    var scripts = scripts();
    var runs = submit(api, scripts);
    postgres.freeze();
    assertThat(post(api)).isEqualTo(503);
    await().until(() -> scripts.stream().allMatch(KnownScript::hasEnded));
    postgres.thaw();
    verify(api, scripts, runs);
    assertThat(api.awaitEnd(api.submit("true")).getString("status")).isEqualTo("succeeded");
    assertThat(traces.resolve("refused")).doesNotExist();
  }

  private List<KnownScript> scripts() {
    return IntStream.range(0, RUNS).mapToObj(i -> new KnownScript(i, 20 + i, 100, traces)).toList();
  }

  private static List<String> submit(Api api, List<KnownScript> scripts) {
    return scripts.stream().map(script -> api.submit(script.submission())).toList();
  }

  private static void verify(Api api, List<KnownScript> scripts, List<String> runs) {
    for (int i = 0; i < scripts.size(); i++) {
      scripts.get(i).verify(api, runs.get(i));
    }
  }

  private List<Integer> refusedPosts(Api api) {
    return IntStream.range(0, 10).map(i -> post(api)).filter(code -> code == 503).boxed().toList();
  }

  private int post(Api api) {
    var script = "echo started >> " + traces.resolve("refused");
    return api.post("/api/v1/runs", new JsonObject().put("script", script)).statusCode();
  }

  private static long bytes(Api api, String run) {
    return api.find(run).getJsonObject("output").getLong("bytes");
  }

  /// Exit records of ended runs that have left the memory for the disk.
  private Stream<Path> onDisk() throws IOException {
    try (var folders = Files.list(service.dataDir().resolve("runs"))) {
      return folders.map(folder -> folder.resolve("exit")).filter(Files::exists).toList().stream();
    }
  }
}
