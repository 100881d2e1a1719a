package io.millrace.store;

import io.millrace.run.Outcome;
import io.millrace.run.ProcessEnd;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// An outcome as columns: `outcome, exit_code, signal, outcome_text, outcome_limit`.
///
/// @param kind the word in `outcome`
/// @param text who or why, without NUL, which PostgreSQL cannot hold
/// @param limit milliseconds of a timeout, bytes of a memory limit
record OutcomeColumns(
    String kind, Optional<ProcessEnd> end, @Nullable String text, @Nullable Long limit) {

  static final String NAMES = "outcome, exit_code, signal, outcome_text, outcome_limit";

  static OutcomeColumns of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Ended(ProcessEnd end) ->
          new OutcomeColumns("ended", Optional.of(end), null, null);
      case Outcome.OutOfMemory(ProcessEnd end, long limit) ->
          new OutcomeColumns("out_of_memory", Optional.of(end), null, limit);
      case Outcome.TimedOut(Duration limit, ProcessEnd end) ->
          new OutcomeColumns("timed_out", Optional.of(end), null, limit.toMillis());
      case Outcome.Cancelled(String by, Optional<ProcessEnd> end) ->
          new OutcomeColumns("cancelled", end, storable(by), null);
      case Outcome.NotStarted(String reason) ->
          new OutcomeColumns("not_started", Optional.empty(), storable(reason), null);
      case Outcome.Lost(String why) ->
          new OutcomeColumns("lost", Optional.empty(), storable(why), null);
    };
  }

  @Nullable Integer exitCode() {
    return end.orElse(null) instanceof ProcessEnd.Exited(int code) ? code : null;
  }

  @Nullable Integer signal() {
    return end.orElse(null) instanceof ProcessEnd.Signalled(int signal) ? signal : null;
  }

  static Outcome read(RowReader row) {
    return read(
        row.text(),
        end(row.optionalInt(), row.optionalInt()),
        row.optionalText().orElse(""),
        row.optionalLong());
  }

  private static Outcome read(
      String kind, Optional<ProcessEnd> end, String text, OptionalLong limit) {
    return switch (kind) {
      case "ended" -> new Outcome.Ended(end.orElseThrow());
      case "out_of_memory" -> new Outcome.OutOfMemory(end.orElseThrow(), limit.orElseThrow());
      case "timed_out" ->
          new Outcome.TimedOut(Duration.ofMillis(limit.orElseThrow()), end.orElseThrow());
      case "cancelled" -> new Outcome.Cancelled(text, end);
      case "not_started" -> new Outcome.NotStarted(text);
      case "lost" -> new Outcome.Lost(text);
      default -> throw new IllegalStateException("outcome " + kind + " is not known");
    };
  }

  private static Optional<ProcessEnd> end(OptionalInt code, OptionalInt signal) {
    if (code.isPresent()) {
      return Optional.of(new ProcessEnd.Exited(code.getAsInt()));
    }
    return signal.isPresent()
        ? Optional.of(new ProcessEnd.Signalled(signal.getAsInt()))
        : Optional.empty();
  }

  static String storable(String text) {
    return text.replace('\0', '\uFFFD');
  }
}
