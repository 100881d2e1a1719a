package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.Api;
import io.millrace.testing.MillraceProcess;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The user of the service has as many processes as the kernel allows (RLIMIT_NPROC): a start that
/// is refused is the result of its run, and nothing has to be started again afterwards.
class NoMoreProcessesIT {
  private static final int ROOT = 0;

  /// Nobody's: the kernel counts all processes and threads of a user on the machine.
  private static final int NOBODY_ELSE = 64999;

  private static final int MOST_PROCESSES = 300;

  @Test
  void a_refused_start_is_told_and_runs_start_again_when_there_is_room() throws Exception {
    assumeThat(new com.sun.security.auth.module.UnixSystem().getUid())
        .as("only root can become a user of whom nothing else runs")
        .isEqualTo(ROOT);
    try (var postgres = OwnPostgres.start();
        var service =
            MillraceProcess.startBehind(
                List.of("prlimit", "--nproc=" + MOST_PROCESSES), NOBODY_ELSE, postgres.option())) {
      var api = service.api();
      var keeper = service.keeper().pid();
      var witness =
          api.submit(
              new JsonObject()
                  .put("script", "echo before; read -r line; echo after; exit 5")
                  .put("stdin", true));
      assertThat(api.awaitEnd(api.submit("true")).getString("status")).isEqualTo("succeeded");

      var greedy =
          api.submit(
              "for ((i = 0; i < %d; i++)); do sleep 1000.75 & done; wait"
                  .formatted(2 * MOST_PROCESSES));
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> text(api, greedy).contains("Resource temporarily unavailable"));

      // A thread of the service that ends makes room for one more process.
      await().atMost(Duration.ofMinutes(1)).until(() -> isRefused(api));
      assertThat(api.get("/api/v1/runs").statusCode()).isEqualTo(200);

      assertThat(api.cancel(greedy).statusCode()).isEqualTo(202);
      assertThat(api.awaitEnd(greedy).getString("status")).isEqualTo("cancelled");
      assertThat(api.awaitEnd(api.submit("seq 3; exit 4")).getInteger("exitCode")).isEqualTo(4);
      api.post("/api/v1/runs/" + witness + "/input?eof=true", new JsonObject());
      assertThat(api.awaitEnd(witness).getInteger("exitCode")).isEqualTo(5);
      assertThat(text(api, witness)).isEqualTo("before\nafter\n");
      assertThat(service.keeper().pid()).isEqualTo(keeper);
      assertThat(service.isAlive()).isTrue();
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(
                          Remains.runDirectories(
                              service.runDir(), service.dataDir().resolve("runs")))
                      .isEmpty());
    }
  }

  @Test
  void a_keeper_that_comes_while_there_is_no_thread_for_its_news_is_heard_when_there_is_one()
      throws Exception {
    assumeThat(new com.sun.security.auth.module.UnixSystem().getUid())
        .as("only root can become a user of whom nothing else runs")
        .isEqualTo(ROOT);
    try (var postgres = OwnPostgres.start();
        var service = MillraceProcess.startAs(NOBODY_ELSE, postgres.option())) {
      var api = service.api();
      assertThat(api.awaitEnd(api.submit("exit 3")).getInteger("exitCode")).isEqualTo(3);

      limitProcesses(service.pid(), 1);
      service.killKeeper();
      service.startKeeper();
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> service.log().contains("unable to create native thread"));
      assertThat(api.get("/api/v1/runs").statusCode()).isEqualTo(200);
      var run = api.submit("exit 4");

      limitProcesses(service.pid(), 2 * MOST_PROCESSES);
      assertThat(api.awaitEnd(run).getInteger("exitCode")).isEqualTo(4);
      assertThat(service.log()).contains("keeper: cannot be reached or started");
    }
  }

  /// RLIMIT_NPROC, setrlimit(2): the soft one, which can be raised again. Set by the process's own
  /// user: not every root may set another's.
  private static void limitProcesses(long pid, int most) throws Exception {
    var user = List.of("setpriv", "--reuid=" + NOBODY_ELSE, "--regid=" + NOBODY_ELSE);
    var limit = List.of("--clear-groups", "prlimit", "--pid=" + pid, "--nproc=" + most + ":");
    var command = Stream.concat(user.stream(), limit.stream()).toList();
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  /// Whether the next run is one that could not be started, and says why.
  private static boolean isRefused(Api api) {
    var run = api.awaitEnd(api.submit("true"));
    if (run.getString("status").equals("succeeded")) {
      return false;
    }
    assertThat(run.getString("status")).as(run::encode).isEqualTo("failed");
    assertThat(run.getValue("startedAt")).as(run::encode).isNull();
    assertThat(run.getString("startError")).as(run::encode).contains("EAGAIN");
    assertThat(run.getString("reason")).isEqualTo(run.getString("startError"));
    return true;
  }

  private static String text(Api api, String run) {
    return new String(api.output(run), java.nio.charset.StandardCharsets.UTF_8);
  }
}
