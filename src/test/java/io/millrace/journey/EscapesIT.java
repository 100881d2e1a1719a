package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.Api;
import io.millrace.testing.Many;
import io.millrace.testing.MillraceProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// When a run is told to be over, no process of it is alive, however it tried to get away: at its
/// own end, when it is cancelled, and when its time is up.
///
/// `-Dmillrace.escapes=300` tries each way that often, and beside busy processors. Where the host
/// offers limits of processes, every second run has one, and with it a cgroup of its own; where the
/// service is root's, every third runs as somebody else.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EscapesIT {
  private static final int TIMES = Integer.getInteger("millrace.escapes", 10);
  private static final int AT_ONCE = 5;
  private static final AtomicLong SIGNS = new AtomicLong(810_000_000 + System.nanoTime() % 1000000);

  private MillraceProcess service = null;
  private Api api = null;
  private boolean isRoot;
  private boolean limitsProcesses;
  private final List<String> load = new ArrayList<>();

  @BeforeAll
  void start() {
    service = MillraceProcess.start();
    api = service.api();
    isRoot = System.getProperty("user.name").equals("root");
    limitsProcesses = LimitsIT.enforced(api).contains("pids");
    for (int i = 0; TIMES > 100 && i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
      load.add(api.submit("while :; do :; done"));
    }
  }

  @AfterEach
  void no_zombie_stays() {
    await().untilAsserted(() -> assertThat(zombiesOf(service.keeper())).isEmpty());
  }

  @AfterAll
  void end() {
    load.forEach(api::cancel);
    service.close();
  }

  /// `N` stands for a number that only the processes of one run have in their arguments.
  static Stream<String> ways() {
    return Stream.of(
        "((setsid sleep N &)&)",
        "sleep N &",
        "nohup sleep N >/dev/null 2>&1 &",
        "setsid sleep N &",
        "env -i setsid sleep N &",
        "env -i setsid bash -c 'ulimit -c 0; (sleep N &) ; exec sleep N' >&- 2>&- &",
        "(trap '' TERM HUP INT; while :; do sleep N; done) & trap '' TERM",
        "python3 -c 'import os; [os.fork() or os.setsid() for i in range(3)]; os.execvp(\"sleep\","
            + " [\"sleep\", \"N\"])' &");
  }

  @ParameterizedTest
  @MethodSource("ways")
  void nothing_outlives_its_run(String way) {
    assertThat(survivors(way, "exit 3")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void nothing_outlives_a_cancelled_run(String way) {
    assertThat(survivors(way, "echo ready; while :; do sleep N; done")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void nothing_outlives_a_run_whose_time_is_up(String way) {
    assertThat(survivors(way, "while :; do sleep N; done")).isEmpty();
  }

  @Test
  void nothing_outlives_a_fork_storm() {
    var storm = "s() { sleep N & (($1 < 6)) && { s $(($1 + 1)) & s $(($1 + 1)) & }; wait; }; s 0 &";
    for (int i = 0; i < Math.max(1, TIMES / 10); i++) {
      assertThat(end(storm, "echo ready; while :; do sleep N; done", 2 * i)).isEmpty();
      assertThat(end(storm, "sleep 0.2; exit 3", 2 * i)).isEmpty();
    }
  }

  private List<String> survivors(String way, String rest) {
    var found = new ArrayList<String>();
    for (int done = 0; done < TIMES; done += AT_ONCE) {
      int first = done;
      Many.atOnce(Math.min(AT_ONCE, TIMES - done), i -> end(way, rest, first + i))
          .forEach(found::addAll);
    }
    return found;
  }

  /// Runs it to its end, one way or the other, and says what is alive of it then.
  private List<String> end(String way, String rest, int number) {
    var sign = Long.toString(SIGNS.incrementAndGet());
    var submission =
        new JsonObject()
            .put("script", (way + "\n" + rest).replace("N", sign))
            .put("graceSeconds", 0.3);
    if (rest.startsWith("while")) {
      submission.put("timeoutSeconds", 0.3);
    }
    if (limitsProcesses && number % 2 == 1) {
      submission.put("limits", new JsonObject().put("processes", 1000));
    }
    if (isRoot && number % 3 == 2) {
      submission.put("user", "nobody");
    }
    var id = api.submit(submission);
    if (rest.startsWith("echo ready")) {
      await().until(() -> api.find(id).getJsonObject("output").getLong("bytes") >= 6);
      assertThat(api.cancel(id).statusCode()).isEqualTo(202);
    }
    var run = api.awaitEnd(id);
    assertThat(run.getString("status"))
        .as(run.encode())
        .isEqualTo(
            rest.startsWith("while")
                ? "timed_out"
                : rest.startsWith("echo") ? "cancelled" : "failed");
    return alive(sign);
  }

  /// The command lines of living processes with this word in them.
  static List<String> alive(String word) {
    try (var folders = Files.list(Path.of("/proc"))) {
      return folders
          .filter(folder -> folder.getFileName().toString().matches("\\d+"))
          .map(folder -> read(folder.resolve("cmdline")).replace('\0', ' '))
          .filter(line -> line.contains(word))
          .toList();
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  private static List<Long> zombiesOf(ProcessHandle keeper) {
    return keeper
        .children()
        .map(ProcessHandle::pid)
        .filter(pid -> read(Path.of("/proc/" + pid + "/stat")).contains(") Z "))
        .toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }
}
