package io.millrace.store;

import io.millrace.run.Attempt;
import io.millrace.run.Outcome;
import io.millrace.run.OutputCounts;
import io.millrace.run.Run;
import io.millrace.run.RunId;
import io.millrace.run.RunState;
import io.millrace.run.StopRequest;
import io.millrace.run.Submission;
import io.millrace.run.Usage;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A run as it is selected: what was asked for, how it ended (from `run`), where it is (from
/// `run_queue`).
///
/// Of the two row sources, `r` has all runs and `q` the live ones.
final class RunColumns {
  private static final String END =
      "status, node, attempt, first_offset, started_at, finished_at, "
          + OutcomeColumns.NAMES
          + ", cpu_micros, max_memory_bytes, stop_requested_at, stdout_bytes, stderr_bytes,"
          + " truncated_bytes";
  private static final int END_COLUMNS = 17;

  private static final String LIVE =
      """
      q.state, q.ready_at, q.node, q.attempt, q.stop_requested_at, q.stop_by, q.stop_grace_ms, q.stdout_bytes, q.stderr_bytes, \
      q.truncated_bytes\
      """;

  static final String ALL =
      "r.id, " + prefixed(SubmissionColumns.NAMES) + ", " + prefixed(END) + ", " + LIVE;

  /// As they are carried around: [Submission#abridged()].
  static final String CARRIED =
      ALL.replace("r.script", "case when %s then r.script end".formatted(isShort("r.script")))
          .replace(
              "r.stdin_open, r.stdin_text",
              "r.stdin_open or coalesce(not %1$s, false), case when not %1$s then '' else r.stdin_text end"
                  .formatted("(" + isShort("r.stdin_text") + ")"));

  static final String WITHOUT_TEXTS =
      "r.id, "
          + prefixed(SubmissionColumns.NAMES)
              .replace("r.script", "case when r.script is not null then '' end")
              .replace("r.stdin_text", "case when r.stdin_text is not null then '' end")
          + ", "
          + prefixed(END)
          + ", "
          + LIVE;

  private RunColumns() {}

  /// A run read from the columns of [#ALL], and whether its earlier attempts have rows of their
  /// own.
  record Read(Run run, boolean hasAttempts) {}

  static Read read(Row columns) {
    var row = new RowReader(columns);
    var id = new RunId(row.uuid());
    var submission = SubmissionColumns.read(row);
    var status = row.optionalText();
    if (status.isEmpty()) {
      row.skip(END_COLUMNS - 1);
      return live(id, submission, row);
    }
    return ended(id, submission, row);
  }

  private static Read ended(RunId id, Submission submission, RowReader row) {
    var node = row.optionalText();
    int attempt = row.int4();
    long firstOffset = row.int8();
    var startedAt = row.optionalTime();
    var finishedAt = row.time();
    var outcome = OutcomeColumns.read(row);
    var usage = new Usage(Duration.ofNanos(row.int8() * 1000), row.int8());
    var stopRequestedAt = row.optionalTime();
    var output = counts(row);
    var state = new RunState.Ended(startedAt, finishedAt, outcome, usage, stopRequestedAt);
    var only = new Attempt(attempt, startedAt, finishedAt, outcome, firstOffset);
    var attempts =
        attempt == 1 && !neverBegan(outcome, startedAt) ? List.of(only) : List.<Attempt>of();
    return new Read(new Run(id, submission, state, node, attempt, attempts, output), attempt > 1);
  }

  private static Read live(RunId id, Submission submission, RowReader row) {
    var state = row.optionalText().orElseThrow(() -> new Vanished(id));
    var readyAt = row.time();
    var node = row.optionalText();
    int attempt = row.int4();
    var stop = stop(row);
    var output = counts(row);
    boolean claimed = state.equals("claimed");
    var now = claimed ? new RunState.Running(Optional.empty(), stop) : new RunState.Queued(readyAt);
    return new Read(
        new Run(id, submission, now, node, Math.max(1, attempt), List.of(), output),
        claimed ? attempt > 1 : attempt > 0);
  }

  private static boolean neverBegan(Outcome outcome, Optional<Instant> startedAt) {
    return outcome instanceof Outcome.Cancelled && startedAt.isEmpty();
  }

  private static Optional<StopRequest> stop(RowReader row) {
    var at = row.optionalTime();
    var by = row.optionalText();
    var grace = row.optionalLong();
    return at.map(
        when -> new StopRequest(when, by.orElseThrow(), Duration.ofMillis(grace.orElseThrow())));
  }

  private static OutputCounts counts(RowReader row) {
    long stdout = row.int8();
    long stderr = row.int8();
    return new OutputCounts(stdout + stderr, stdout, stderr, row.int8());
  }

  /// Told without reading the text.
  private static String isShort(String text) {
    return "octet_length(%s) <= %d".formatted(text, Submission.LONGEST_CARRIED);
  }

  private static String prefixed(String names) {
    return "r." + names.replace(", ", ", r.");
  }

  /// Neither ended nor in the queue: both change in one transaction, so this is a bug.
  static final class Vanished extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    Vanished(RunId id) {
      super("run " + id + " has not ended and is not in the queue");
    }
  }
}
