package io.millrace.http;

import io.millrace.run.RunId;
import io.millrace.run.Terminal;
import io.millrace.runner.CancelAnswer;
import io.millrace.runner.RunService;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// What a viewer may say on a stream: feed, size or cancel the run. One after the other, in order.
final class StreamCommands {
  private static final int POLICY_VIOLATION = 1008;
  private static final int MOST_WAITING = 32;

  private final RunService runs;
  private final RunId id;
  private final ArrayDeque<String> waiting = new ArrayDeque<>();
  private boolean busy;

  StreamCommands(RunService runs, RunId id) {
    this.runs = runs;
    this.id = id;
  }

  /// @param pulse hears of each message
  void listen(ServerWebSocket socket, Pulse pulse) {
    socket.binaryMessageHandler(bytes -> misused(pulse, "messages must be text"));
    socket.textMessageHandler(
        text -> {
          pulse.alive();
          waiting.add(text);
          if (waiting.size() >= MOST_WAITING) {
            socket.pause();
          }
          next(socket, pulse);
        });
  }

  private void next(ServerWebSocket socket, Pulse pulse) {
    if (busy || waiting.isEmpty() || pulse.isLeaving() || socket.isClosed()) {
      return;
    }
    busy = true;
    perform(waiting.remove(), pulse)
        .onComplete(
            done -> {
              busy = false;
              if (done.failed() && !pulse.isLeaving() && !socket.isClosed()) {
                Problem problem = Failures.problem(done.cause(), "stream of run " + id);
                socket.writeTextMessage(StreamFrames.error(problem));
              }
              if (waiting.size() < MOST_WAITING) {
                socket.resume();
              }
              next(socket, pulse);
            });
  }

  private Future<Void> perform(String text, Pulse pulse) {
    var faults = new Faults();
    Optional<Map<String, Object>> values = Json.message(text, faults);
    boolean broken = faults.list().stream().anyMatch(fault -> fault.field().equals("body"));
    if (values.isEmpty() || broken) {
      return misused(pulse, "messages must be JSON objects");
    }
    var in = new Fields("", values.get(), faults);
    return switch (in.take("type").orElse("").toString()) {
      case "input" -> input(in, faults, pulse);
      case "eof" -> onlyType(in, faults, () -> feed(new byte[0], true));
      case "resize" -> resize(in, faults);
      case "cancel" -> onlyType(in, faults, this::cancel);
      default -> misused(pulse, "type must be input, eof, resize or cancel");
    };
  }

  private Future<Void> input(Fields in, Faults faults, Pulse pulse) {
    if (!(in.take("data").orElse(false) instanceof String text)) {
      return misused(pulse, "input needs data, a string");
    }
    in.refuseOthers();
    if (!faults.none()) {
      return refuse(Problems.malformed(faults.list()));
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return bytes.length > InputRoutes.MOST_INPUT_BYTES
        ? refuse(Problems.tooLarge("The input", InputRoutes.MOST_INPUT_BYTES))
        : feed(bytes, false);
  }

  private Future<Void> feed(byte[] bytes, boolean eof) {
    return runs.input(id, bytes, eof).compose(answer -> done(InputRoutes.problem(answer, id)));
  }

  private Future<Void> resize(Fields in, Faults faults) {
    Optional<Terminal> size = InputRoutes.terminal(in);
    return faults.none()
        ? runs.resize(id, size.orElseThrow())
            .compose(answer -> done(InputRoutes.problem(answer, id)))
        : refuse(Problems.malformed(faults.list()));
  }

  private Future<Void> cancel() {
    return runs.cancel(id, RunRoutes.ON_REQUEST, Optional.empty())
        .compose(
            answer ->
                switch (answer) {
                  case CancelAnswer.Stopping stopping -> Future.succeededFuture();
                  case CancelAnswer.AlreadyEnded ended ->
                      refuse(Problems.alreadyEnded(ended.run()));
                  case CancelAnswer.Unknown unknown -> refuse(Problems.noSuchRun(id));
                });
  }

  private static Future<Void> onlyType(Fields in, Faults faults, Supplier<Future<Void>> action) {
    in.refuseOthers();
    return faults.none() ? action.get() : refuse(Problems.malformed(faults.list()));
  }

  private static Future<Void> done(Optional<Problem> problem) {
    return problem.map(StreamCommands::refuse).orElseGet(Future::succeededFuture);
  }

  private static Future<Void> refuse(Problem problem) {
    return Future.failedFuture(new Refusal(problem));
  }

  private static Future<Void> misused(Pulse pulse, String why) {
    pulse.close(POLICY_VIOLATION, why);
    return Future.succeededFuture();
  }
}
