package io.millrace.journey;

import io.millrace.testing.Api;
import io.millrace.testing.MillraceProcess;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;

/// Clients who submit one task after the other, wait for each, and check it; who come again when
/// the service is away, as patient people do.
final class Load {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final MillraceProcess service;
  private final Path starts;
  private final Queue<Done> done = new ConcurrentLinkedQueue<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final List<Thread> clients = new ArrayList<>();
  private final AtomicInteger numbers = new AtomicInteger();
  private volatile boolean stopping;
  private volatile boolean keeperMayDie;
  private volatile boolean diskMayBeFull;

  /// A task that was accepted and has ended as it had to.
  ///
  /// @param from before it was submitted, by the clock of the tests
  /// @param to after its end was known
  record Done(Task task, String run, JsonObject end, Instant from, Instant to) {}

  /// @param starts a file that need not exist yet
  Load(MillraceProcess service, Path starts) {
    this.service = service;
    this.starts = starts;
  }

  /// From now on a run may be lost.
  void keeperMayDie() {
    keeperMayDie = true;
  }

  /// From now on bytes may be missing, if the service says how many.
  void diskMayBeFull() {
    diskMayBeFull = true;
  }

  void begin(int count) {
    stopping = false;
    for (int i = 0; i < count; i++) {
      clients.add(Thread.ofVirtual().start(this::client));
    }
  }

  /// Lets every client finish what it has begun, and answers with all that were done so far.
  List<Done> finish() throws InterruptedException {
    stopping = true;
    for (var client : clients) {
      client.join();
    }
    clients.clear();
    if (!failures.isEmpty()) {
      var failure = new AssertionError(failures.size() + " tasks did not end as they had to");
      failures.forEach(failure::addSuppressed);
      throw failure;
    }
    return List.copyOf(done);
  }

  int count() {
    return done.size();
  }

  boolean hasFailed() {
    return !failures.isEmpty();
  }

  private void client() {
    while (!stopping) {
      var task = Task.of(numbers.incrementAndGet(), starts);
      try {
        carryOut(task);
      } catch (RuntimeException | AssertionError failure) {
        failures.add(new AssertionError("task " + task.number(), failure));
        return;
      }
    }
  }

  private void carryOut(Task task) {
    var from = Instant.now();
    var run = submit(task);
    if (task.kind() == Task.Kind.CANCELLED) {
      cancel(run);
    }
    var end = insist(api -> api.awaitEnd(run), Predicate.not(JsonObject::isEmpty));
    var output =
        insist(api -> api.get("/api/v1/runs/" + run + "/output"), a -> a.statusCode() == 200)
            .body();
    task.check(end, output, keeperMayDie, diskMayBeFull);
    done.add(new Done(task, run, end, from, Instant.now()));
  }

  private String submit(Task task) {
    var answer =
        insist(
            api ->
                api.send(
                    api.request("/api/v1/runs")
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", starts + " " + task.number())
                        .POST(BodyPublishers.ofString(task.submission().encode()))),
            a -> a.statusCode() == 201 || a.statusCode() == 200);
    return new JsonObject(Api.text(answer)).getString("id");
  }

  /// Once it has shown life, or has come to its end without.
  private void cancel(String run) {
    insist(
        api -> api.find(run),
        now ->
            now.containsKey("output")
                && (now.getJsonObject("output").getLong("bytes") > 0
                    || now.getValue("finishedAt") != null));
    insist(api -> api.cancel(run), a -> a.statusCode() == 202 || a.statusCode() == 409);
  }

  /// Asks until the answer is as wished.
  private <T> T insist(Function<Api, T> question, Predicate<T> wish) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    Throwable last = null;
    while (System.nanoTime() - end < 0) {
      try {
        var answer = question.apply(service.api());
        if (wish.test(answer)) {
          return answer;
        }
        last = new AssertionError("not as wished: " + answer);
      } catch (RuntimeException | AssertionError away) {
        last = away;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    throw new AssertionError("no such answer within " + PATIENCE, last);
  }
}
