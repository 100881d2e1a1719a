package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.Api;
import io.millrace.testing.MillraceProcess;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `kill -9` of the keeper: nobody can know how its runs would have ended, so they are lost, and
/// nothing of them goes on in secret.
class KeeperDeathIT {
  private static final int RUNS = 20;
  private static final Duration SECONDS = Duration.ofSeconds(30);
  private static MillraceProcess service;

  @BeforeAll
  static void start() {
    service = MillraceProcess.start();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void its_runs_are_lost_nothing_of_them_lives_and_a_new_keeper_takes_new_ones() {
    var api = service.api();
    var mark = "7" + System.nanoTime();
    var runs = IntStream.range(0, RUNS).mapToObj(i -> api.submit(escaping(mark))).toList();
    runs.forEach(run -> awaitOutput(api, run));
    long keeper = service.keeper().pid();
    service.killKeeper();
    await().atMost(SECONDS).until(() -> runs.stream().allMatch(run -> isLost(api, run)));
    assertThat(alive(mark)).isEmpty();
    assertThat(runs)
        .allSatisfy(run -> assertThat(api.output(run)).asString().isEqualTo("ready\n"))
        .allSatisfy(run -> assertThat(reason(api, run)).contains("keeper was killed"));
    var next = api.awaitEnd(api.submit("echo next; exit 5"));
    assertThat(next.getInteger("exitCode")).isEqualTo(5);
    assertThat(service.keeper().pid()).isNotEqualTo(keeper);
  }

  @Test
  void with_the_server_too_they_are_lost_when_it_comes_back() {
    var api = service.api();
    var mark = "8" + System.nanoTime();
    var run = api.submit(escaping(mark));
    awaitOutput(api, run);
    service.kill();
    service.killKeeper();
    service.restart();
    assertThat(service.api().awaitEnd(run).getString("status")).isEqualTo("lost");
    assertThat(alive(mark)).isEmpty();
  }

  @Test
  void a_lost_run_is_tried_again_as_often_as_it_asked_for_and_no_more() {
    var api = service.api();
    var run =
        api.submit(
            new JsonObject()
                .put("script", "echo attempt $MILLRACE_ATTEMPT; sleep 600")
                .put("retry", new JsonObject().put("attempts", 2)));
    await().until(() -> text(api, run).equals("attempt 1\n"));
    service.killKeeper();
    await().until(() -> text(api, run).equals("attempt 1\nattempt 2\n"));
    service.killKeeper();
    var end = api.awaitEnd(run);
    assertThat(end.getString("status")).isEqualTo("lost");
    assertThat(end.getInteger("attempt")).isEqualTo(2);
    assertThat(text(api, run)).isEqualTo("attempt 1\nattempt 2\n");
  }

  /// The head of a large output is in the database long before the end, and no longer in the spool.
  @Test
  void what_was_stored_ahead_of_a_lost_run_counts_as_kept() {
    var api = service.api();
    var run =
        api.submit(
            "head -c 2000000 /dev/zero | tr '\\0' o; head -c 2000000 /dev/zero | tr '\\0' e >&2;"
                + " head -c 2000000 /dev/zero | tr '\\0' o; sleep 600");
    await().until(() -> api.find(run).getJsonObject("output").getLong("bytes") == 6_000_000);
    await().until(() -> !hasFirstSegment(run));
    service.killKeeper();
    var end = api.awaitEnd(run);
    assertThat(end.getString("status")).isEqualTo("lost");
    assertThat(api.output(run)).hasSize(6_000_000);
    assertThat(end.getJsonObject("output").getMap())
        .containsEntry("bytes", 6_000_000)
        .containsEntry("stdoutBytes", 4_000_000)
        .containsEntry("stderrBytes", 2_000_000)
        .containsEntry("truncatedBytes", 0);
  }

  private static String escaping(String mark) {
    return """
    ((setsid sleep %1$s &)&)
    sleep %1$s & nohup sleep %1$s & env -i setsid sleep %1$s &
    echo ready; wait
    """
        .formatted(mark);
  }

  private static void awaitOutput(Api api, String run) {
    await().until(() -> text(api, run).equals("ready\n"));
  }

  private static String text(Api api, String run) {
    return new String(api.output(run));
  }

  private static boolean isLost(Api api, String run) {
    return api.find(run).getString("status").equals("lost");
  }

  private static String reason(Api api, String run) {
    return api.find(run).getString("reason");
  }

  private static boolean hasFirstSegment(String run) {
    return Stream.of(service.runDir(), service.dataDir().resolve("runs"))
        .anyMatch(root -> Files.exists(root.resolve(run + ".1").resolve("0".repeat(20) + ".out")));
  }

  private static List<ProcessHandle> alive(String mark) {
    return ProcessHandle.allProcesses()
        .filter(
            process -> process.info().arguments().map(List::of).orElse(List.of()).contains(mark))
        .toList();
  }
}
