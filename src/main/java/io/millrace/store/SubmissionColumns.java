package io.millrace.store;

import io.millrace.run.Limits;
import io.millrace.run.OnConflict;
import io.millrace.run.Retry;
import io.millrace.run.Stdin;
import io.millrace.run.Submission;
import io.millrace.run.Terminal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The columns of `run` that say what was asked for, in one order for writing and reading.
final class SubmissionColumns {

  static final String NAMES =
      """
      script, unit, name, args, environment, workdir, run_user, stdin_open, stdin_text, timeout_ms, grace_ms, priority, labels, \
      memory_limit_bytes, cpu_limit_percent, process_limit, open_file_limit, output_limit_bytes, nice, umask, isolate, merge_stderr, \
      terminal_columns, terminal_rows, concurrency_key, on_conflict, run_at, retry_attempts, retry_delay_ms, retry_backoff, \
      interpreter\
      """;

  private SubmissionColumns() {}

  static void write(RowArrays<NewRun> rows) {
    rows.text(row -> row.submission().script().orElse(null))
        .text(row -> row.submission().unit().orElse(null))
        .text(row -> row.submission().name().orElse(null))
        .text(row -> TextArray.literal(row.submission().args()))
        .text(row -> TextArray.literal(TextArray.entries(row.submission().environment())))
        .text(row -> row.submission().workdir().orElse(null))
        .text(row -> row.submission().user().orElse(null))
        .bool(row -> row.submission().stdin() instanceof Stdin.Open)
        .text(row -> row.submission().stdin() instanceof Stdin.Given(String text) ? text : null)
        .int8(row -> wholeMillis(row.submission().timeout()))
        .int8(row -> wholeMillis(row.submission().grace()))
        .int2(row -> row.submission().priority())
        .text(row -> TextArray.literal(TextArray.pairs(row.submission().labels())))
        .int8(row -> nullable(row.submission().limits().memoryBytes()))
        .int4(row -> nullable(row.submission().limits().cpuPercent()))
        .int4(row -> nullable(row.submission().limits().processes()))
        .int4(row -> nullable(row.submission().limits().openFiles()))
        .int8(row -> nullable(row.submission().limits().outputBytes()))
        .int2(row -> nullable(row.submission().nice()))
        .int2(row -> row.submission().umask())
        .bool(row -> row.submission().isolate())
        .bool(row -> row.submission().mergeStderr())
        .int2(row -> row.submission().terminal().map(Terminal::columns).orElse(null))
        .int2(row -> row.submission().terminal().map(Terminal::rows).orElse(null))
        .text(row -> row.submission().concurrencyKey().orElse(null))
        .text(row -> row.submission().onConflict().word())
        .time(row -> row.submission().runAt().orElse(null))
        .int4(row -> row.submission().retry().attempts())
        .int8(row -> wholeMillis(row.submission().retry().delay()))
        .float8(row -> row.submission().retry().backoff())
        .text(row -> row.submission().interpreter().orElse(null));
  }

  /// Neither a script nor a unit is a script that was left out; an input that is both open and
  /// given one that was.
  static Submission read(RowReader row) {
    var script = row.optionalText();
    var unit = row.optionalText();
    return new Submission(
        script.or(() -> unit.isEmpty() ? Optional.of(Submission.LEFT_OUT) : Optional.empty()),
        unit,
        row.optionalText(),
        TextArray.list(row.texts()),
        TextArray.environment(row.texts()),
        row.optionalText(),
        row.optionalText(),
        stdin(row.bool(), row.optionalText()),
        row.millis(),
        row.millis(),
        row.int4(),
        TextArray.map(row.texts()),
        new Limits(
            row.optionalLong(),
            row.optionalInt(),
            row.optionalInt(),
            row.optionalInt(),
            row.optionalLong()),
        row.optionalInt(),
        row.int4(),
        row.bool(),
        row.bool(),
        terminal(row.optionalInt(), row.optionalInt()),
        row.optionalText(),
        OnConflict.parse(row.text()).orElseThrow(),
        row.optionalTime(),
        new Retry(row.int4(), row.millis(), row.float8()),
        row.optionalText());
  }

  private static Stdin stdin(boolean open, Optional<String> text) {
    return text.<Stdin>map(given -> new Stdin.Given(open ? Submission.LEFT_OUT : given))
        .orElseGet(() -> open ? new Stdin.Open() : new Stdin.None());
  }

  private static Optional<Terminal> terminal(OptionalInt columns, OptionalInt rows) {
    return columns.isPresent()
        ? Optional.of(new Terminal(columns.getAsInt(), rows.orElseThrow()))
        : Optional.empty();
  }

  /// Rounded up: a tiny timeout must not become none.
  private static long wholeMillis(Duration duration) {
    return duration.plusNanos(999_999).toMillis();
  }

  static @Nullable Long nullable(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }

  static @Nullable Integer nullable(OptionalInt value) {
    return value.isPresent() ? value.getAsInt() : null;
  }
}
