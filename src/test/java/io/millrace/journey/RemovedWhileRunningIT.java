package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.Api;
import io.millrace.testing.MillraceProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a run needed for its start is gone when a new server takes it on: that is no end of it.
class RemovedWhileRunningIT {
  private static MillraceProcess service;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    service = MillraceProcess.start();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void a_run_whose_interpreter_was_removed_goes_on_under_the_next_server() throws Exception {
    var interpreter = folder.resolve("shell");
    Files.copy(Path.of("/bin/bash"), interpreter);
    var run =
        running(
            new JsonObject().put("script", script(23)).put("interpreter", interpreter.toString()));
    service.kill();
    Files.delete(interpreter);
    service.restart();
    assertThat(endOf(run).getInteger("exitCode")).isEqualTo(23);
  }

  @Test
  void a_run_whose_interpreter_was_removed_before_its_start_ends_with_that_as_its_error()
      throws Exception {
    var interpreter = folder.resolve("shell");
    Files.copy(Path.of("/bin/bash"), interpreter);
    var run = claimedAndNotStarted(interpreter);
    Files.delete(interpreter);
    service.restart();
    var end = service.api().awaitEnd(run);
    assertThat(end.getString("status")).isEqualTo("failed");
    assertThat(end.getString("startError")).contains("there is no interpreter");
  }

  /// As server and keeper leave it that die between the claim and the start.
  private String claimedAndNotStarted(Path interpreter) {
    service.signalKeeper("STOP");
    var run =
        service
            .api()
            .submit(
                new JsonObject()
                    .put("script", "echo never")
                    .put("interpreter", interpreter.toString()));
    await().until(() -> !Remains.runDirectories(service.runDir()).isEmpty());
    service.kill();
    service.killKeeper();
    return run;
  }

  /// That it is still running shows in what others can do with it before its gate opens.
  private JsonObject endOf(String run) throws IOException {
    var api = service.api();
    assertThat(api.awaitEnd(api.submit("true")).getString("status")).isEqualTo("succeeded");
    assertThat(api.find(run).getString("status")).isEqualTo("running");
    Files.createFile(folder.resolve("gate"));
    var end = api.awaitEnd(run);
    assertThat(end.getString("startError")).isNull();
    assertThat(api.output(run)).asString().isEqualTo("up\nend\n");
    return end;
  }

  private String running(JsonObject submission) {
    Api api = service.api();
    var run = api.submit(submission);
    await().until(() -> api.find(run).getJsonObject("output").getLong("bytes") > 0);
    return run;
  }

  private String script(int code) {
    return "echo up; while [ ! -e %s/gate ]; do sleep 0.05; done; echo end; exit %d"
        .formatted(folder, code);
  }
}
