package io.millrace.http;

import io.millrace.run.Run;
import io.millrace.run.RunId;
import io.millrace.run.Submission;
import io.millrace.runner.HostNeeds;
import io.millrace.runner.RunService;
import io.millrace.runner.SubmitAnswer;
import io.millrace.store.Idempotency;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Takes submissions: new ones, and old ones again.
final class SubmitRoutes {
  private static final String SCRIPT = "text/x-shellscript";
  private static final Pattern WAIT =
      Pattern.compile("(?:^|[,;\\s])wait\\s*=\\s*\"?(\\d{1,9})\"?", Pattern.CASE_INSENSITIVE);
  private static final int LONGEST_WAIT_SECONDS = 60;
  private static final Pattern KEY = Pattern.compile("[\\x20-\\x7e]{1,255}");

  private final HttpSettings settings;
  private final Bulk bulk;
  private final RunService runs;
  private final RunView view;
  private final Waiter waiter;
  private final SubmissionReader reader;

  SubmitRoutes(HttpSettings settings, Bulk bulk, RunService runs, RunView view, Waiter waiter) {
    this.settings = settings;
    this.bulk = bulk;
    this.runs = runs;
    this.view = view;
    this.waiter = waiter;
    this.reader = new SubmissionReader(settings);
  }

  /// POST /runs
  Future<Void> submit(RoutingContext ctx) {
    boolean script = MediaType.require(ctx.request(), Json.TYPE, SCRIPT).equals(SCRIPT);
    var faults = new Faults();
    Optional<String> key = key(ctx.request(), faults);
    return (script
            ? read(ctx, "The script", settings.maxScriptBytes())
                .map(body -> fromScript(ctx.request(), body, faults))
            : read(ctx, "The body", settings.maxJsonBytes())
                .map(body -> fromJson(ctx.request(), body, faults)))
        .compose(reading -> sound(reading, faults))
        .compose(submission -> take(ctx, submission, key));
  }

  /// POST /runs/{id}/rerun
  Future<Void> rerun(RoutingContext ctx) {
    RunId id = RunIds.of(ctx);
    var faults = new Faults();
    Query.read(ctx.request(), faults, Set.of(), Set.of());
    Optional<String> key = key(ctx.request(), faults);
    return read(ctx, "The body", settings.maxJsonBytes())
        .map(body -> Json.optional(ctx.request(), body, faults))
        .compose(
            fields ->
                Patience.within(runs.find(id))
                    .map(found -> found.orElseThrow(() -> new Refusal(Problems.noSuchRun(id))))
                    .compose(first -> whole(ctx, first))
                    .map(first -> reader.readAgain(fields, first.submission(), faults)))
        .compose(reading -> sound(reading, faults))
        .compose(submission -> take(ctx, submission, key));
  }

  private Future<Buffer> read(RoutingContext ctx, String what, int limitBytes) {
    return Bodies.read(
        ctx, what, limitBytes, settings.bodyTimeout(), bytes -> bulk.enter(ctx, bytes));
  }

  /// The body is read and let go by now; what it says of other fields is short beside the texts.
  private Future<Run> whole(RoutingContext ctx, Run first) {
    return first.submission().isAbridged()
        ? bulk.enter(ctx, settings.maxScriptBytes()).compose(inside -> runs.whole(first))
        : Future.succeededFuture(first);
  }

  private Reading fromScript(HttpServerRequest request, Buffer body, Faults faults) {
    Optional<String> text = Utf8.decode(body.getBytes(), "script", faults);
    text.flatMap(Utf8::flaw).ifPresent(flaw -> faults.add("script", flaw));
    // A stand-in for a script that is no text, so that the options' faults are found, too.
    return reader.read(ScriptQuery.read(request, text.orElse("?"), faults), faults);
  }

  private Reading fromJson(HttpServerRequest request, Buffer body, Faults faults) {
    Query.read(request, faults, Set.of(), Set.of());
    Optional<Map<String, Object>> fields = Json.object(body, faults);
    if (fields.isEmpty()) {
      faults.refuse();
    }
    return reader.read(fields.orElse(Map.of()), faults);
  }

  /// The submission, or a refusal with all its faults: those of its form, and what the host says
  /// against the rest.
  private Future<Submission> sound(Reading reading, Faults faults) {
    return switch (reading) {
      case Reading.Sound(Submission submission) -> Future.succeededFuture(submission);
      case Reading.Faulty(HostNeeds understood) ->
          runs.hostFaults(understood)
              .compose(
                  more -> {
                    more.forEach(faults::addIfFirst);
                    return refuse(Problems.malformed(faults.list()));
                  });
    };
  }

  private Future<Void> take(RoutingContext ctx, Submission submission, Optional<String> key) {
    Optional<Idempotency> idempotency =
        key.map(name -> new Idempotency(name, Fingerprint.of(submission)));
    boolean waits = preferredWait(ctx.request()).isPresent();
    // Whoever waits for the end does not keep what others need.
    var shown = waits ? submission.abridged() : submission;
    return runs.submit(submission, idempotency)
        .onComplete(
            done -> {
              if (waits) {
                Bulk.leave(ctx);
              }
            })
        .compose(
            answer ->
                switch (answer) {
                  case SubmitAnswer.Accepted(Run run) -> answer(ctx, run.with(shown), 201);
                  case SubmitAnswer.Existing(Run run) -> answer(ctx, run, 200);
                  case SubmitAnswer.IdempotencyConflict(RunId first) ->
                      refuse(Problems.keyUsed(key.orElse(""), first));
                  case SubmitAnswer.QueueFull full ->
                      refuse(Problems.queueFull(full.queued(), full.retryAfter()));
                  case SubmitAnswer.KeyBusy(RunId holder) ->
                      refuse(Problems.keyBusy(shown.concurrencyKey().orElse(""), holder));
                  case SubmitAnswer.Refused refused -> refuse(Problems.malformed(refused.faults()));
                });
  }

  private Future<Void> answer(RoutingContext ctx, Run run, int status) {
    ctx.response().putHeader("Location", RunRoutes.PATH + "/" + run.id());
    OptionalInt wait = preferredWait(ctx.request());
    if (wait.isEmpty()) {
      return view.full(ctx, run).compose(json -> Answers.json(ctx, status, json));
    }
    ctx.response().putHeader("Preference-Applied", "wait=" + wait.getAsInt());
    return waiter
        .forEnd(run.id(), wait.getAsInt(), ctx.response())
        .map(found -> found.orElse(run))
        .compose(
            now -> {
              boolean done = status == 200 || now.status().ended();
              return view.full(ctx, now).compose(json -> Answers.json(ctx, done ? 200 : 202, json));
            });
  }

  private static <T> Future<T> refuse(Problem problem) {
    return Future.failedFuture(new Refusal(problem));
  }

  private static Optional<String> key(HttpServerRequest request, Faults faults) {
    List<String> keys = request.headers().getAll("Idempotency-Key");
    if (keys.isEmpty()) {
      return Optional.empty();
    }
    if (keys.size() > 1 || !KEY.matcher(keys.getFirst()).matches()) {
      faults.add("Idempotency-Key", "must be one header of 1 to 255 visible ASCII characters");
      return Optional.empty();
    }
    return Optional.of(keys.getFirst());
  }

  /// `Prefer: wait=10` (RFC 7240); what is not understood there is ignored, as that RFC asks.
  private static OptionalInt preferredWait(HttpServerRequest request) {
    for (String prefer : request.headers().getAll("Prefer")) {
      Matcher matcher = WAIT.matcher(prefer);
      if (matcher.find()) {
        int seconds = Math.min(Integer.parseInt(matcher.group(1)), LONGEST_WAIT_SECONDS);
        return seconds == 0 ? OptionalInt.empty() : OptionalInt.of(seconds);
      }
    }
    return OptionalInt.empty();
  }
}
