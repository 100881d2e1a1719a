package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.testing.MillraceProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The clock of the machine is set, by hours, while the service runs or while it is down.
class ClockIT {
  private static final Duration HOURS = Duration.ofHours(6);

  private static SettableClock clock;
  private static MillraceProcess service;
  @TempDir Path folder;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    var found = SettableClock.in(folder);
    assumeTrue(found.isPresent(), "libfaketime is not installed");
    clock = found.get();
    service = MillraceProcess.startWith(clock.javaHome(), "--max-running=1", "--on-stop=detach");
  }

  @AfterEach
  void setRight() throws IOException {
    if (!clock.ahead().isZero()) {
      set(Duration.ZERO);
    }
  }

  @AfterAll
  static void stop() throws IOException {
    if (service != null) {
      service.close();
      clock.close();
    }
  }

  @Test
  void who_waits_is_not_overtaken_by_those_who_come_after_the_clock_was_set_back()
      throws Exception {
    set(HOURS);
    var blocker = blocker();
    var early = submit("early");
    set(Duration.ZERO);
    var late = submit("late");
    release();
    endWell(blocker, early, late);
    assertThat(Files.readAllLines(notes())).containsExactly("early", "late");
  }

  @Test
  void nor_by_one_another_when_it_is_set_back_again_and_again() throws Exception {
    set(HOURS);
    var blocker = blocker();
    var first = submit("first");
    set(HOURS.dividedBy(2));
    var second = submit("second");
    clock.set(Duration.ZERO);
    var third = submit("third");
    set(HOURS.negated());
    var fourth = submit("fourth");
    release();
    endWell(blocker, first, second, third, fourth);
    assertThat(Files.readAllLines(notes())).containsExactly("first", "second", "third", "fourth");
  }

  @Test
  void nor_when_it_was_set_back_while_the_service_was_down() throws Exception {
    set(HOURS);
    var blocker = blocker();
    var early = submit("early");
    service.kill();
    clock.set(Duration.ZERO);
    service.restartInPlace();
    var late = submit("late");
    release();
    endWell(blocker, early, late);
    assertThat(Files.readAllLines(notes())).containsExactly("early", "late");
  }

  @Test
  void a_retry_waits_for_its_delay_and_not_until_the_clock_has_caught_up() throws Exception {
    set(HOURS);
    var run =
        service
            .api()
            .submit(
                new JsonObject()
                    .put("script", "exit $((MILLRACE_ATTEMPT < 2))")
                    .put("retry", new JsonObject().put("attempts", 2).put("delaySeconds", 5)));
    await().until(() -> service.api().find(run).getJsonArray("attempts").size() == 1);
    set(Duration.ZERO);
    endWell(run);
  }

  @Test
  void a_new_run_is_as_old_as_the_clock_says_and_waits_for_its_time() throws Exception {
    set(HOURS);
    var ahead = service.api().find(submit("ahead"));
    assertThat(createdAt(ahead)).isAfter(Instant.now().plus(HOURS.dividedBy(2)));
    set(Duration.ZERO);
    var at = Instant.now().plus(HOURS.dividedBy(2));
    var run =
        service
            .api()
            .find(
                service
                    .api()
                    .submit(new JsonObject().put("script", "true").put("runAt", at.toString())));
    assertThat(createdAt(run)).isBefore(at);
    assertThat(run.getString("status")).isEqualTo("queued");
    set(HOURS);
    endWell(run.getString("id"));
  }

  @Test
  void a_timeout_takes_as_long_as_it_says() throws Exception {
    var limit = Duration.ofSeconds(6);
    long begun = System.nanoTime();
    var run =
        service
            .api()
            .submit(
                new JsonObject()
                    .put("script", "sleep 600")
                    .put("timeoutSeconds", limit.toSeconds()));
    await().until(() -> service.api().find(run).getValue("startedAt") != null);
    set(HOURS);
    service.kill();
    service.restartInPlace();
    set(HOURS.negated());
    assertThat(service.api().awaitEnd(run).getString("status")).isEqualTo("timed_out");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(limit);
  }

  /// Waits until the service has noticed.
  private void set(Duration ahead) throws IOException {
    long before = timesNoticed();
    clock.set(ahead);
    await().until(() -> timesNoticed() > before);
  }

  private long timesNoticed() {
    return service.log().lines().filter(line -> line.contains("the clock was set")).count();
  }

  private static Instant createdAt(JsonObject run) {
    return Instant.parse(run.getString("createdAt"));
  }

  private String blocker() throws Exception {
    new ProcessBuilder("mkfifo", gate().toString()).start().waitFor();
    return service.api().submit("read line < " + gate());
  }

  private void release() throws IOException {
    Files.writeString(gate(), "go\n");
  }

  private String submit(String word) {
    return service.api().submit("echo " + word + " >> " + notes());
  }

  private void endWell(String... runs) {
    for (var run : List.of(runs)) {
      assertThat(service.api().awaitEnd(run).getString("status")).isEqualTo("succeeded");
    }
  }

  private Path gate() {
    return folder.resolve("gate");
  }

  private Path notes() {
    return folder.resolve("notes");
  }
}
