package io.millrace.http;

import io.millrace.run.RunId;
import io.millrace.run.Terminal;
import io.millrace.runner.InputAnswer;
import io.millrace.runner.ResizeAnswer;
import io.millrace.runner.RunService;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Feeds running scripts and sizes their terminals.
final class InputRoutes {
  static final int MOST_INPUT_BYTES = 64 << 10;
  private static final int MOST_BODY_BYTES = 4096;

  private final HttpSettings settings;
  private final RunService runs;

  InputRoutes(HttpSettings settings, RunService runs) {
    this.settings = settings;
    this.runs = runs;
  }

  /// POST /runs/{id}/input
  Future<Void> input(RoutingContext ctx) {
    RunId id = RunIds.of(ctx);
    var faults = new Faults();
    boolean eof = Query.read(ctx.request(), faults, Set.of("eof"), Set.of()).flag("eof");
    faults.refuse();
    return Bodies.read(ctx, "The input", MOST_INPUT_BYTES, settings.bodyTimeout())
        .compose(body -> runs.input(id, body.getBytes(), eof))
        .compose(answer -> done(ctx, 202, problem(answer, id)));
  }

  /// POST /runs/{id}/resize
  Future<Void> resize(RoutingContext ctx) {
    RunId id = RunIds.of(ctx);
    HttpServerRequest request = ctx.request();
    Query.refuseAny(request);
    Json.requireType(request);
    return Bodies.read(ctx, "The body", MOST_BODY_BYTES, settings.bodyTimeout())
        .compose(
            body -> {
              var faults = new Faults();
              Optional<Terminal> size =
                  Json.object(body, faults)
                      .flatMap(values -> terminal(new Fields("", values, faults)));
              faults.refuse();
              return runs.resize(id, size.orElseThrow());
            })
        .compose(answer -> done(ctx, 204, problem(answer, id)));
  }

  /// Both sides, or faults.
  static Optional<Terminal> terminal(Fields in) {
    OptionalInt columns = in.whole("columns", 1, Terminal.MOST);
    OptionalInt rows = in.whole("rows", 1, Terminal.MOST);
    for (String side : Set.of("columns", "rows")) {
      if (!in.has(side)) {
        in.fault(side, "is missing");
      }
    }
    in.refuseOthers();
    return columns.isPresent() && rows.isPresent()
        ? Optional.of(new Terminal(columns.getAsInt(), rows.getAsInt()))
        : Optional.empty();
  }

  static Optional<Problem> problem(InputAnswer answer, RunId id) {
    return switch (answer) {
      case TAKEN -> Optional.empty();
      case NOT_RUNNING -> Optional.of(Problems.notRunning(id, "it takes no input"));
      case NO_STDIN -> Optional.of(Problems.noStdin(id));
      case CLOSED -> Optional.of(Problems.inputClosed(id));
      case FULL -> Optional.of(Problems.inputFull(id));
      case UNKNOWN -> Optional.of(Problems.noSuchRun(id));
    };
  }

  static Optional<Problem> problem(ResizeAnswer answer, RunId id) {
    return switch (answer) {
      case RESIZED -> Optional.empty();
      case NOT_RUNNING -> Optional.of(Problems.notRunning(id, "its terminal has no size"));
      case NO_TERMINAL -> Optional.of(Problems.noTerminal(id));
      case UNKNOWN -> Optional.of(Problems.noSuchRun(id));
    };
  }

  private static Future<Void> done(RoutingContext ctx, int status, Optional<Problem> problem) {
    return problem
        .map(wrong -> Future.<Void>failedFuture(new Refusal(wrong)))
        .orElseGet(() -> Answers.empty(ctx, status));
  }
}
