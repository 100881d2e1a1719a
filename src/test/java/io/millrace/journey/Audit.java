package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.Api;
import io.millrace.testing.MillraceProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Looks at everything from outside when all is over: what the scripts themselves noted, what the
/// service remembers, and what is left on the machine.
final class Audit {
  private static final Duration TIDY_WITHIN = Duration.ofSeconds(30);

  private final MillraceProcess service;
  private final List<Load.Done> done;
  private final Path starts;
  private final List<Instant> keeperDeaths;

  /// @param keeperDeaths when a keeper was killed, by the clock of the tests
  Audit(MillraceProcess service, List<Load.Done> done, Path starts, List<Instant> keeperDeaths) {
    this.keeperDeaths = keeperDeaths;
    this.service = service;
    this.done = done;
    this.starts = starts;
  }

  /// How many ended in which way.
  Map<String, Long> outcomes() {
    var counts = new TreeMap<String, Long>();
    done.forEach(each -> counts.merge(each.end().getString("status"), 1L, Long::sum));
    return counts;
  }

  void check() throws IOException {
    noneLostForNothing();
    noAttemptTwice();
    everyRunOnce();
    await().atMost(TIDY_WITHIN).untilAsserted(this::nothingLeft);
  }

  /// Only the death of a keeper during its life may lose a run.
  private void noneLostForNothing() {
    for (var each : done) {
      if (each.end().getString("status").equals("lost")) {
        assertThat(keeperDeaths)
            .as(each.end()::encode)
            .anyMatch(death -> !death.isBefore(each.from()) && !death.isAfter(each.to()));
      }
    }
  }

  /// Every attempt was started once, and none of a run that nobody was told of.
  private void noAttemptTwice() throws IOException {
    var known = new HashMap<String, Integer>();
    done.forEach(each -> known.put(each.run(), each.end().getInteger("attempt")));
    var lines = Files.readAllLines(starts);
    assertThat(lines).doesNotHaveDuplicates();
    for (var line : lines) {
      var run = line.substring(0, line.lastIndexOf('.'));
      int attempt = Integer.parseInt(line.substring(line.lastIndexOf('.') + 1));
      assertThat(attempt).as("started: %s", line).isBetween(1, known.getOrDefault(run, 0));
    }
    var started = new HashSet<>(lines);
    for (var each : done) {
      if (!each.end().getString("status").equals("lost")) {
        var last = each.run() + "." + each.end().getInteger("attempt");
        assertThat(started.contains(last)).as(last).isTrue();
      }
    }
  }

  /// The service knows exactly the runs that were accepted, and their ends have not changed.
  private void everyRunOnce() {
    var api = service.api();
    var left = new HashMap<String, String>();
    done.forEach(each -> left.put(each.run(), each.end().getString("status")));
    assertThat(left).hasSize(done.size());
    var strangers = new ArrayList<String>();
    var cursor = "";
    do {
      var page = new JsonObject(Api.text(api.get("/api/v1/runs?limit=500" + cursor)));
      for (var item : page.getJsonArray("items")) {
        var run = (JsonObject) item;
        if (!run.getString("status").equals(left.remove(run.getString("id")))) {
          strangers.add(run.encode());
        }
      }
      var next = page.getString("nextCursor");
      cursor = next == null ? "" : "&cursor=" + next;
    } while (!cursor.isEmpty());
    assertThat(strangers).isEmpty();
    assertThat(left).isEmpty();
  }

  /// No process, directory, cgroup or zombie.
  private void nothingLeft() throws IOException {
    Set<String> runs = new HashSet<>();
    done.forEach(each -> runs.add(each.run()));
    assertThat(Remains.processesOf(runs)).isEmpty();
    assertThat(Remains.runDirectories(service.runDir(), service.dataDir().resolve("runs")))
        .isEmpty();
    assertThat(Remains.cgroups(service.dataDir())).isEmpty();
    assertThat(Remains.zombiesOf(service.keeper().pid())).isEmpty();
  }
}
