package io.millrace.http;

import io.millrace.run.Attempt;
import io.millrace.run.Limits;
import io.millrace.run.Outcome;
import io.millrace.run.ProcessEnd;
import io.millrace.run.Retry;
import io.millrace.run.Run;
import io.millrace.run.RunState;
import io.millrace.run.Signals;
import io.millrace.run.Stdin;
import io.millrace.run.StopRequest;
import io.millrace.run.Submission;
import io.millrace.runner.QueuePlace;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A run as clients see it. Environment values are never shown.
final class RunJson {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private RunJson() {}

  /// Everything.
  ///
  /// @param tail the last of the output, as text
  static JsonObject full(Run run, Optional<QueuePlace> place, String tail) {
    JsonObject json = item(run, place).put("output", output(run).put("tail", tail));
    return withScript(json, run);
  }

  /// As told to those who follow its output already: without script and tail.
  static JsonObject followed(Run run, Optional<QueuePlace> place) {
    return item(run, place).put("output", output(run));
  }

  /// As one of many: without script, given stdin and output.
  static JsonObject item(Run run, Optional<QueuePlace> place) {
    var json =
        new JsonObject()
            .put("id", run.id().toString())
            .put("status", run.status().word())
            .put("name", orNull(run.submission().name()))
            .put("unit", orNull(run.submission().unit()))
            .put("labels", labels(run.submission()))
            .put("node", orNull(run.node()))
            .put("attempt", run.attempt())
            .put("createdAt", time(run.createdAt()));
    addState(json, run.state());
    json.put("timeoutSeconds", seconds(run.submission().timeout()));
    place.ifPresent(known -> json.put("queue", place(known)));
    json.put("usage", usage(run.state()));
    json.put("attempts", attempts(run.attempts()));
    addSubmission(json, run.submission());
    return json;
  }

  static String time(Instant instant) {
    return TIME.format(instant);
  }

  /// Whole seconds as such, others with their fraction.
  static Number seconds(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 1000 == 0) {
      return millis / 1000;
    }
    return millis / 1000.0;
  }

  private static JsonObject withScript(JsonObject json, Run run) {
    if (run.submission().stdin() instanceof Stdin.Given(String text) && isThere(text)) {
      json.put("stdin", text);
    }
    return json.put("script", orNull(run.submission().script().filter(RunJson::isThere)));
  }

  /// What was left out and is gone meanwhile cannot be shown.
  private static boolean isThere(String text) {
    return !text.equals(Submission.LEFT_OUT);
  }

  private static JsonObject labels(Submission submission) {
    var json = new JsonObject();
    submission.labels().forEach(json::put);
    return json;
  }

  private static void addState(JsonObject json, RunState state) {
    Optional<Instant> startedAt = Optional.empty();
    Optional<Instant> finishedAt = Optional.empty();
    Optional<Instant> stopRequestedAt = Optional.empty();
    Optional<Outcome> outcome = Optional.empty();
    switch (state) {
      case RunState.Queued queued -> {}
      case RunState.Running running -> {
        startedAt = running.startedAt();
        stopRequestedAt = running.stop().map(StopRequest::at);
      }
      case RunState.Ended ended -> {
        startedAt = ended.startedAt();
        finishedAt = Optional.of(ended.finishedAt());
        stopRequestedAt = ended.stopRequestedAt();
        outcome = Optional.of(ended.outcome());
      }
    }
    json.put("startedAt", orNull(startedAt.map(RunJson::time)))
        .put("finishedAt", orNull(finishedAt.map(RunJson::time)))
        .put("stopRequestedAt", orNull(stopRequestedAt.map(RunJson::time)));
    addOutcome(json, outcome);
    json.put("startError", orNull(outcome.flatMap(RunJson::startError)));
  }

  private static void addOutcome(JsonObject json, Optional<Outcome> outcome) {
    Optional<ProcessEnd> end = outcome.flatMap(Outcome::processEnd);
    json.put("exitCode", orNull(end.flatMap(RunJson::exitCode)))
        .put("signal", orNull(end.flatMap(RunJson::signal)))
        .put("reason", orNull(outcome.map(Outcome::reason)));
  }

  private static Optional<Integer> exitCode(ProcessEnd end) {
    return switch (end) {
      case ProcessEnd.Exited(int code) -> Optional.of(code);
      case ProcessEnd.Signalled signalled -> Optional.empty();
    };
  }

  private static Optional<String> signal(ProcessEnd end) {
    return switch (end) {
      case ProcessEnd.Exited exited -> Optional.empty();
      case ProcessEnd.Signalled(int signal) -> Optional.of(Signals.name(signal));
    };
  }

  private static Optional<String> startError(Outcome outcome) {
    return outcome instanceof Outcome.NotStarted(String reason)
        ? Optional.of(reason)
        : Optional.empty();
  }

  private static JsonObject place(QueuePlace place) {
    return new JsonObject().put("position", place.position()).put("reason", place.reason());
  }

  private static @Nullable JsonObject usage(RunState state) {
    return state instanceof RunState.Ended ended
        ? new JsonObject()
            .put("cpuSeconds", TimeUnit.NANOSECONDS.toMicros(ended.usage().cpu().toNanos()) / 1e6)
            .put("maxMemoryBytes", ended.usage().maxMemoryBytes())
        : null;
  }

  private static JsonArray attempts(List<Attempt> attempts) {
    var list = new JsonArray();
    for (Attempt attempt : attempts) {
      var json =
          new JsonObject()
              .put("attempt", attempt.number())
              .put("startedAt", orNull(attempt.startedAt().map(RunJson::time)))
              .put("finishedAt", time(attempt.finishedAt()));
      addOutcome(json, Optional.of(attempt.outcome()));
      list.add(json.put("offset", attempt.firstOffset()));
    }
    return list;
  }

  private static JsonObject output(Run run) {
    return new JsonObject()
        .put("bytes", run.output().bytes())
        .put("stdoutBytes", run.output().stdoutBytes())
        .put("stderrBytes", run.output().stderrBytes())
        .put("truncatedBytes", run.output().truncatedBytes());
  }

  private static void addSubmission(JsonObject json, Submission submission) {
    json.put("args", new JsonArray(submission.args()))
        .put("env", new JsonArray(List.copyOf(submission.environment().keySet())))
        .put("workdir", orNull(submission.workdir()))
        .put("user", orNull(submission.user()))
        .put("stdin", !(submission.stdin() instanceof Stdin.None))
        .put("graceSeconds", seconds(submission.grace()))
        .put("priority", submission.priority())
        .put("limits", limits(submission.limits()))
        .put("nice", orNull(submission.nice()))
        .put("umask", "%03o".formatted(submission.umask()))
        .put("isolate", submission.isolate())
        .put("mergeStderr", submission.mergeStderr())
        .put(
            "tty",
            orNull(
                submission
                    .terminal()
                    .map(
                        tty ->
                            new JsonObject()
                                .put("columns", tty.columns())
                                .put("rows", tty.rows()))))
        .put("concurrencyKey", orNull(submission.concurrencyKey()))
        .put("onConflict", submission.onConflict().word())
        .put("runAt", orNull(submission.runAt().map(RunJson::time)))
        .put("retry", retry(submission.retry()))
        .put("interpreter", orNull(submission.interpreter()));
  }

  private static JsonObject limits(Limits limits) {
    var json = new JsonObject();
    limits.memoryBytes().ifPresent(bytes -> json.put("memory", Sizes.ofBytes(bytes)));
    limits.cpuPercent().ifPresent(percent -> json.put("cpu", percent + "%"));
    limits.processes().ifPresent(count -> json.put("processes", count));
    limits.openFiles().ifPresent(count -> json.put("openFiles", count));
    return json.put("output", Sizes.ofBytes(limits.keptOutputBytes()));
  }

  private static @Nullable JsonObject retry(Retry retry) {
    return retry.attempts() == 1
        ? null
        : new JsonObject()
            .put("attempts", retry.attempts())
            .put("delaySeconds", seconds(retry.delay()))
            .put("backoff", retry.backoff());
  }

  private static @Nullable Object orNull(Optional<?> value) {
    return value.orElse(null);
  }

  private static @Nullable Object orNull(OptionalInt value) {
    return value.isPresent() ? value.getAsInt() : null;
  }
}
