package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.Api;
import io.millrace.testing.MillraceProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Scripts that mean harm: the service, its keeper and every other run go on unharmed, and nothing
/// is left behind.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileIT {
  private static final String SIGN = Long.toString(820_000_000 + System.nanoTime() % 1_000_000);
  private MillraceProcess service = null;
  private Api api = null;
  private long keeper;
  private String witness = "";

  @BeforeAll
  void start() {
    service = MillraceProcess.start();
    api = service.api();
    keeper = service.keeper().pid();
  }

  @AfterAll
  void end() {
    service.close();
  }

  /// A run that is there before the attack, and must not notice anything.
  @BeforeEach
  void bystander() {
    witness =
        api.submit(
            new JsonObject().put("script", "read -r x; seq 1000; exit 5").put("stdin", true));
    await().until(() -> api.find(witness).getString("startedAt") != null);
  }

  @AfterEach
  void everything_else_is_as_it_was() throws IOException {
    api.post("/api/v1/runs/" + witness + "/input?eof=true", new JsonObject());
    var run = api.awaitEnd(witness);
    assertThat(run.getString("reason")).isEqualTo("exited with code 5");
    assertThat(text(witness)).isEqualTo(numbers(1000));
    var next = api.awaitEnd(api.submit("echo next"));
    assertThat(next.getString("status")).isEqualTo("succeeded");
    assertThat(service.keeper().pid()).isEqualTo(keeper);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              assertThat(EscapesIT.alive(SIGN)).isEmpty();
              assertThat(runDirectories()).isEmpty();
            });
  }

  /// What is harmless for the service must still end, by itself or at its timeout.
  static Stream<String> attacks() {
    return Stream.of(
        // its parent, its session, everybody it may signal below it
        "kill -9 0",
        "kill -9 -$$",
        // all signals trapped, by itself and by a child
        "for s in {1..64}; do trap '' $s; done 2>/dev/null; bash -c 'sleep N' & sleep N",
        // its name and its mark
        "prlimit --pid $$ --rttime=123456789:; exec -a '[kworker/0:1]' sleep N",
        "(prlimit --pid $BASHPID --rttime=unlimited:; exec setsid sleep N) & exit 3",
        "((prlimit --pid $BASHPID --rttime=9223372036854775807:; exec setsid -f sleep N) &)",
        // thousands of files, each held open
        "ulimit -n $(ulimit -Hn); for ((i = 10; i < 3000; i++)); do eval \"exec $i</dev/null\" ||"
            + " break; done; sleep N",
        // its own directory
        "rm -rf \"${0%/*}\"; seq 1000; sleep N",
        "cd \"${0%/*}\"; chmod 000 .; seq 10",
        "cd \"${0%/*}\"; for f in *; do rm -rf \"$f\"; mkdir \"$f\"; done; seq 10; exit 2",
        "cd \"${0%/*}\"; ln -sf /etc/passwd exit; ln -sf /etc/passwd started; mkfifo"
            + " 00000000000000000000.idx; seq 10",
        "cd \"${0%/*}\"; echo x; for o in 0000000000000000000{2..9} 09007199254740990000; do head"
            + " -c 999 /dev/zero >$o.idx; echo >$o.out; done; exit 2",
        "cd \"${0%/*}\"; echo x; sleep 0.1; echo forged >>00000000000000000000.out; head -c 4096"
            + " /dev/urandom >>00000000000000000000.idx; exit 2",
        "cd \"${0%/*}\"; head -c 4096 /dev/urandom >exit; head -c 99 /dev/urandom >started; exit 2",
        "cd \"${0%/*}\"; mkdir -p $(printf 'd/%.0s' {1..200}); touch $(seq 2000)",
        // the keeper's socket, with garbage
        "exec 2>&1; python3 -c 'import socket, sys; s = socket.socket(socket.AF_UNIX);"
            + " s.connect(sys.argv[1]); s.sendall(b\"\\xff\" * 100000)'"
            + " \"$(dirname \"${0%/*}\")/keeper/socket\"",
        // what a terminal would obey, and a lot of it
        "printf '\\033]0;title\\007\\033[2J\\033[?1049h\\x9b31m'; head -c 3M /dev/urandom");
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void an_attack_harms_only_the_run_it_comes_from(String script) {
    var run = api.awaitEnd(api.submit(hostile(script)));
    assertThat(run.getString("status")).isIn("succeeded", "failed", "timed_out");
    assertThat(api.get("/api/v1/runs/" + run.getString("id") + "/output").statusCode())
        .isIn(200, 206);
  }

  @Test
  void a_script_that_forks_without_end_is_ended_with_all_of_it() {
    var bomb = "f() { sleep N & f & f & wait; }; f";
    var submission = hostile(bomb);
    if (LimitsIT.enforced(api).contains("pids")) {
      submission.put("limits", new JsonObject().put("processes", 200));
    } else {
      // As an ordinary user the kernel counts all processes of that user, threads included.
      submission.put(
          "script",
          "f() { sleep N & ((\\$1 < 7)) && { f \\$((\\$1 + 1)) & f \\$((\\$1 + 1)) & };"
                  .replace("N", SIGN)
                  .replace("\\$", "$")
              + " wait; }; while :; do f 0; done");
    }
    assertThat(api.awaitEnd(api.submit(submission)).getString("status"))
        .isIn("timed_out", "failed");
  }

  @Test
  void what_an_isolated_script_mounts_is_its_own_affair() throws IOException {
    var submission =
        hostile(
                "mount -t tmpfs none /tmp; mount -t tmpfs none /proc; mount -o remount,ro /;"
                    + " umount -l /dev/shm; setsid sleep N & exit 7")
            .put("isolate", true);
    var before = Files.readAllLines(Path.of("/proc/self/mounts"));
    var answer = api.post("/api/v1/runs", submission);
    if (answer.statusCode() == 400) {
      assertThat(Api.text(answer)).contains("isolate");
      return;
    }
    var run = api.awaitEnd(new JsonObject(Api.text(answer)).getString("id"));
    assertThat(run.getString("reason")).isEqualTo("exited with code 7");
    assertThat(Files.readAllLines(Path.of("/proc/self/mounts"))).isEqualTo(before);
  }

  @Test
  void a_run_that_hits_the_run_directories_of_all_costs_output_at_most() {
    var run =
        api.awaitEnd(
            api.submit(hostile("rm -rf \"$(dirname \"${0%/*}\")\"/keeper; echo gone; exit 2")));
    assertThat(run.getInteger("exitCode")).isEqualTo(2);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Files.exists(service.runDir().resolve("keeper/socket")));
    service.kill();
    service.restart();
    api = service.api();
  }

  private static JsonObject hostile(String script) {
    return new JsonObject()
        .put("script", script.replace("sleep N", "sleep " + SIGN))
        .put("timeoutSeconds", 2)
        .put("graceSeconds", 0.3);
  }

  private List<String> runDirectories() throws IOException {
    var roots = Set.of(service.runDir(), service.dataDir().resolve("runs"));
    return roots.stream()
        .flatMap(root -> Stream.of(root.toFile().list()))
        .filter(name -> name.length() > 36)
        .toList();
  }

  private String text(String id) {
    return new String(api.output(id), StandardCharsets.UTF_8);
  }

  private static String numbers(int count) {
    var text = new StringBuilder();
    for (int i = 1; i <= count; i++) {
      text.append(i).append('\n');
    }
    return text.toString();
  }
}
