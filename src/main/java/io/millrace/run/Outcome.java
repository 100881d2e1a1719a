package io.millrace.run;

import java.time.Duration;
import java.util.Optional;

/// How an attempt ended. Exactly one, written once.
public sealed interface Outcome {

  /// The main process ended by itself, with whatever code or signal.
  record Ended(ProcessEnd end) implements Outcome {}

  /// The kernel killed a process of the run because its memory limit was reached (cgroups(7),
  /// memory.events).
  record OutOfMemory(ProcessEnd end, long limitBytes) implements Outcome {}

  /// It was still running after `limit` and was stopped for that.
  record TimedOut(Duration limit, ProcessEnd end) implements Outcome {}

  /// Somebody stopped it; without `end` it had never started.
  record Cancelled(String by, Optional<ProcessEnd> end) implements Outcome {}

  /// Its program could not be executed; `reason` is a sentence that names what was missing.
  record NotStarted(String reason) implements Outcome {}

  /// How it ended is not known; `why` says what happened to the machine, the keeper or the node.
  record Lost(String why) implements Outcome {}

  /// The end state that clients see.
  default RunStatus status() {
    return switch (this) {
      case Ended(ProcessEnd.Exited(int code)) when code == 0 -> RunStatus.SUCCEEDED;
      case Ended(ProcessEnd end) -> RunStatus.FAILED;
      case OutOfMemory(ProcessEnd end, long limit) -> RunStatus.FAILED;
      case TimedOut(Duration limit, ProcessEnd end) -> RunStatus.TIMED_OUT;
      case Cancelled(String by, Optional<ProcessEnd> end) -> RunStatus.CANCELLED;
      case NotStarted(String reason) -> RunStatus.FAILED;
      case Lost(String why) -> RunStatus.LOST;
    };
  }

  /// The main process's own end, where there was one.
  default Optional<ProcessEnd> processEnd() {
    return switch (this) {
      case Ended(ProcessEnd end) -> Optional.of(end);
      case OutOfMemory(ProcessEnd end, long limit) -> Optional.of(end);
      case TimedOut(Duration limit, ProcessEnd end) -> Optional.of(end);
      case Cancelled(String by, Optional<ProcessEnd> end) -> end;
      case NotStarted(String reason) -> Optional.empty();
      case Lost(String why) -> Optional.empty();
    };
  }

  /// One sentence part for people: `exited with code 3`, `killed by SIGSEGV`, `timed out after 5
  /// s`.
  default String reason() {
    return switch (this) {
      case Ended(ProcessEnd end) -> describe(end);
      case OutOfMemory(ProcessEnd end, long limit) ->
          "out of memory: the limit is " + limit + " bytes, " + describe(end);
      case TimedOut(Duration limit, ProcessEnd end) -> "timed out after " + seconds(limit) + " s";
      case Cancelled(String by, Optional<ProcessEnd> end) -> "cancelled: " + by;
      case NotStarted(String reason) -> "could not be started: " + reason;
      case Lost(String why) -> "lost: " + why;
    };
  }

  private static String describe(ProcessEnd end) {
    return switch (end) {
      case ProcessEnd.Exited(int code) -> "exited with code " + code;
      case ProcessEnd.Signalled(int signal) -> "killed by " + Signals.name(signal);
    };
  }

  private static String seconds(Duration limit) {
    long millis = limit.toMillis();
    return millis % 1000 == 0 ? Long.toString(millis / 1000) : Double.toString(millis / 1000.0);
  }
}
