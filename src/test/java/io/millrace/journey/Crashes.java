package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.Api;
import io.millrace.testing.Many;
import io.millrace.testing.MillraceProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/// One service that is killed again and again while its scripts run and write.
public final class Crashes implements AutoCloseable {
  private static final int CLIENTS = 16;
  private static final int WATCHED = 8;

  private final MillraceProcess service = MillraceProcess.start();
  private final Path traces;
  private final int scripts;
  private int round;

  /// @param traces an empty folder
  /// @param scripts how many run when the server is killed
  public Crashes(Path traces, int scripts) {
    this.traces = traces;
    this.scripts = scripts;
  }

  private record Started(KnownScript script, String run) {}

  /// A script that would never end by itself, and how long it may take after the time named.
  private record Stopped(String run, String status, String since, Duration after) {}

  /// Kills the server once in the middle of everything, and compares every run with what it must
  /// be.
  public void round() {
    round++;
    hold(true);
    var running = submitAll();
    var slow = stopped();
    var watchers =
        running.subList(0, WATCHED).stream()
            .map(each -> Watcher.follow(service, each.run()))
            .toList();
    await().until(() -> running.stream().allMatch(each -> each.script().hasStarted()));
    await().until(() -> watchers.stream().allMatch(watcher -> watcher.connections() == 1));
    hold(false);
    await().until(() -> ended(running) > 0);
    service.kill();
    await().until(() -> ended(running) > scripts / 8);
    service.restartInPlace();
    var back = Instant.now();
    check(running, watchers);
    slow.forEach(each -> check(each, back));
  }

  /// Lets nobody write before everybody is there, however slow the machine is.
  private void hold(boolean wait) {
    try {
      if (wait) {
        Files.createFile(traces.resolve("wait"));
      } else {
        Files.delete(traces.resolve("wait"));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// The watched ones first: they live longest.
  private List<Started> submitAll() {
    var api = service.api();
    return Many.atOnce(
            CLIENTS,
            client ->
                IntStream.range(0, scripts)
                    .filter(i -> i % CLIENTS == client)
                    .mapToObj(i -> script(i))
                    .map(script -> new Started(script, api.submit(script.submission())))
                    .toList())
        .stream()
        .flatMap(List::stream)
        .sorted((one, other) -> one.script().number() - other.script().number())
        .toList();
  }

  private KnownScript script(int i) {
    int lines = i < WATCHED ? 100 : 20 + i % 5 * 15;
    return new KnownScript(round * scripts + i, lines, 40, traces);
  }

  /// Two timeouts and two cancels, one of each while the server is down and one when it is back.
  private List<Stopped> stopped() {
    return List.of(
        timeout(Duration.ofMillis(500)),
        timeout(Duration.ofSeconds(4)),
        cancel(Duration.ofMillis(500)),
        cancel(Duration.ofSeconds(4)));
  }

  private static final String STUBBORN =
      "trap '' TERM; exec {never}<> <(:); echo up; while :; do read -t 1 -u $never; done";

  private Stopped timeout(Duration limit) {
    var run =
        service
            .api()
            .submit(
                new JsonObject()
                    .put("script", STUBBORN)
                    .put("graceSeconds", 0)
                    .put("timeoutSeconds", seconds(limit)));
    return new Stopped(run, "timed_out", "startedAt", limit);
  }

  private Stopped cancel(Duration grace) {
    var api = service.api();
    var run =
        api.submit(new JsonObject().put("script", STUBBORN).put("graceSeconds", seconds(grace)));
    await().until(() -> api.find(run).getJsonObject("output").getLong("bytes") == 3);
    assertThat(api.cancel(run).statusCode()).isEqualTo(202);
    return new Stopped(run, "cancelled", "stopRequestedAt", grace);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  private static long ended(List<Started> runs) {
    return runs.stream().filter(each -> each.script().hasEnded()).count();
  }

  private void check(List<Started> running, List<Watcher> watchers) {
    var api = service.api();
    Many.atOnce(
        CLIENTS,
        client -> {
          for (int i = client; i < running.size(); i += CLIENTS) {
            running.get(i).script().verify(api, running.get(i).run());
          }
          return client;
        });
    for (int i = 0; i < watchers.size(); i++) {
      assertThat(watchers.get(i).bytes()).isEqualTo(api.output(running.get(i).run()));
      assertThat(watchers.get(i).connections()).isGreaterThan(1);
    }
  }

  /// The clock of a timeout or grace is not set anew by a restart: it ends when it should, and not
  /// a whole length after the server has come back.
  private void check(Stopped expected, Instant back) {
    Api api = service.api();
    var run = api.awaitEnd(expected.run());
    assertThat(run.getString("status")).as(run::encode).isEqualTo(expected.status());
    assertThat(run.getString("signal")).as(run::encode).isEqualTo("SIGKILL");
    var since = Instant.parse(run.getString(expected.since()));
    assertThat(Instant.parse(run.getString("finishedAt")))
        .as(run::encode)
        .isAfterOrEqualTo(since.plus(expected.after()))
        .isBefore(back.plus(expected.after()));
  }

  public MillraceProcess service() {
    return service;
  }

  @Override
  public void close() {
    service.close();
  }
}
