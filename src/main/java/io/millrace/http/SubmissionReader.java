package io.millrace.http;

import io.millrace.run.OnConflict;
import io.millrace.run.Stdin;
import io.millrace.run.Submission;
import io.millrace.runner.HostNeeds;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// Makes a [Submission] of a client's fields, or finds all that is wrong with them.
///
/// What this host can do (users, limits, folders) is not its business: the runner says so, of a
/// faulty submission too ([Reading]).
final class SubmissionReader {
  private static final long MOST_NAME_BYTES = 255;
  private static final long MOST_PATH_BYTES = 4095;

  /// The kernel takes no longer argument or variable (MAX_ARG_STRLEN, execve(2)).
  private static final long MOST_ARGUMENT_BYTES = 131_071;

  /// Arguments and variables together; the kernel's limit is a quarter of the stack limit, 2 MiB as
  /// a rule.
  private static final long MOST_ARGUMENTS_BYTES = 1 << 20;

  private static final int MOST_LABELS = 64;
  private static final long MOST_TIMEOUT_SECONDS = 10L * 366 * 24 * 3600;
  private static final long MOST_GRACE_SECONDS = 24 * 3600;
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,62}");
  private static final Pattern OCTAL = Pattern.compile("0?[0-7]{1,3}");

  private final HttpSettings settings;

  SubmissionReader(HttpSettings settings) {
    this.settings = settings;
  }

  /// A submission of its own.
  Reading read(Map<String, Object> values, Faults faults) {
    var in = new Fields("", values, faults);
    if (!saysWhat(in)) {
      in.fault("script", "is missing; give the text of a bash script, or the name of a unit");
    }
    return read(in, Submission.of(""), defaultTimeout(), faults);
  }

  /// `first` again, with some fields replaced.
  Reading readAgain(Map<String, Object> values, Submission first, Faults faults) {
    return read(new Fields("", values, faults), first, first.timeout(), faults);
  }

  private Reading read(Fields in, Submission base, Duration baseTimeout, Faults faults) {
    Submission merged = merged(in, base, baseTimeout);
    in.refuseOthers();
    refuseTooMuch(merged.args(), merged.environment(), in);
    refuseContradictions(merged, in);
    return faults.none()
        ? new Reading.Sound(merged)
        : new Reading.Faulty(sound(HostNeeds.of(merged), faults));
  }

  /// What is given, and of `base` what is not, or is faulty. Faults are told in this order.
  private Submission merged(Fields in, Submission base, Duration baseTimeout) {
    Optional<String> script = script(in);
    Optional<String> unit = unit(in);
    // What is faulty is of a stand-in: of a script that asks nothing of the host.
    Optional<String> standIn = unit.isPresent() ? Optional.empty() : Optional.of("");
    return new Submission(
        saysWhat(in) ? script.or(() -> standIn) : base.script(),
        saysWhat(in) ? unit : base.unit(),
        in.line("name", MOST_NAME_BYTES).or(base::name),
        in.texts("args", MOST_ARGUMENT_BYTES).orElse(base.args()),
        environment(in).orElse(base.environment()),
        workdir(in).or(base::workdir),
        in.line("user", MOST_NAME_BYTES).or(base::user),
        stdin(in).orElse(base.stdin()),
        timeout(in, baseTimeout),
        seconds(in, "graceSeconds", MOST_GRACE_SECONDS).orElse(base.grace()),
        in.whole("priority", -100, 100).orElse(base.priority()),
        labels(in).orElse(base.labels()),
        in.object("limits")
            .map(fields -> LimitsReader.read(fields, base.limits()))
            .orElse(base.limits()),
        nice(in, base),
        umask(in).orElse(base.umask()),
        in.flag("isolate").orElse(base.isolate()),
        in.flag("mergeStderr").orElse(base.mergeStderr()),
        in.object("tty").flatMap(InputRoutes::terminal).or(base::terminal),
        in.line("concurrencyKey", MOST_NAME_BYTES).or(base::concurrencyKey),
        onConflict(in).orElse(base.onConflict()),
        runAt(in).or(base::runAt),
        in.object("retry").map(RetryReader::read).orElse(base.retry()),
        in.line("interpreter", MOST_PATH_BYTES).or(base::interpreter));
  }

  private static void refuseContradictions(Submission merged, Fields in) {
    if (merged.terminal().isPresent() && merged.stdin() instanceof Stdin.Given) {
      in.fault("stdin", "cannot be a text together with tty: the terminal is the input");
    }
    if (merged.onConflict() != OnConflict.QUEUE && merged.concurrencyKey().isEmpty()) {
      in.fault("onConflict", "needs a concurrencyKey to be in conflict about");
    }
  }

  /// Without the texts that were complained of already: none of them gets as far as the host.
  private static HostNeeds sound(HostNeeds needs, Faults faults) {
    boolean pathKnown = faults.noneOf("env") && faults.noneOf("env.PATH");
    return new HostNeeds(
        needs.unit().filter(unit -> faults.noneOf("unit")),
        needs.limits(),
        needs.isolate(),
        needs.nice(),
        needs.user().filter(user -> faults.noneOf("user")),
        needs.workdir().filter(workdir -> faults.noneOf("workdir")),
        needs
            .interpreter()
            .filter(text -> faults.noneOf("interpreter") && (pathKnown || text.startsWith("/"))),
        needs.path().filter(path -> pathKnown));
  }

  private static boolean saysWhat(Fields in) {
    return in.has("script") || in.has("unit");
  }

  /// @throws Refusal 413, if it is too large
  private Optional<String> script(Fields in) {
    Optional<String> script = in.text("script", Long.MAX_VALUE);
    if (script.map(Utf8::length).orElse(0L) > settings.maxScriptBytes()) {
      throw new Refusal(Problems.tooLarge("The script", settings.maxScriptBytes()));
    }
    return script;
  }

  private static Optional<String> unit(Fields in) {
    Optional<String> unit = in.line("unit", MOST_NAME_BYTES);
    if (in.has("script") && in.has("unit")) {
      in.fault("unit", "cannot be given together with script: a run is of one of them");
      return Optional.empty();
    }
    return unit;
  }

  private Optional<Stdin> stdin(Fields in) {
    Optional<Stdin> stdin =
        in.take("stdin")
            .flatMap(
                value ->
                    switch (value) {
                      case Boolean open -> Optional.of(open ? new Stdin.Open() : new Stdin.None());
                      case String text -> Optional.of(new Stdin.Given(text));
                      default ->
                          in.wrong("stdin", "true, or a string that is the whole input", value);
                    });
    if (stdin.orElse(new Stdin.None()) instanceof Stdin.Given(String text)
        && Utf8.length(text) > settings.maxScriptBytes()) {
      throw new Refusal(Problems.tooLarge("The standard input", settings.maxScriptBytes()));
    }
    return stdin;
  }

  private static Optional<Map<String, String>> environment(Fields in) {
    Optional<Map<String, String>> environment = in.textMap("env", MOST_ARGUMENT_BYTES);
    for (String name : environment.orElse(Map.of()).keySet()) {
      if (!VARIABLE.matcher(name).matches()) {
        in.fault("env." + name, "is no name of a variable: letters, digits and _, no digit first");
      } else if (name.startsWith("MILLRACE_")) {
        in.fault("env." + name, "is ours: names that begin with MILLRACE_ cannot be given");
      }
    }
    return environment;
  }

  private static void refuseTooMuch(List<String> args, Map<String, String> environment, Fields in) {
    long bytes = args.stream().mapToLong(arg -> Utf8.length(arg) + 1).sum();
    for (var variable : environment.entrySet()) {
      long each = Utf8.length(variable.getKey()) + Utf8.length(variable.getValue()) + 2;
      bytes += each;
      if (each - 1 > MOST_ARGUMENT_BYTES) {
        in.fault(
            "env." + variable.getKey(),
            "must have at most " + MOST_ARGUMENT_BYTES + " bytes with its name");
      }
    }
    if (bytes > MOST_ARGUMENTS_BYTES) {
      in.fault(
          "args",
          "and env together must have at most %d bytes, have %d"
              .formatted(MOST_ARGUMENTS_BYTES, bytes));
    }
  }

  private static Optional<String> workdir(Fields in) {
    return in.text("workdir", MOST_PATH_BYTES)
        .filter(
            path -> {
              if (!path.startsWith("/")) {
                in.fault("workdir", "must be an absolute path, got '" + path + "'");
              }
              return path.startsWith("/");
            });
  }

  private Duration defaultTimeout() {
    return settings
        .maxTimeout()
        .filter(most -> most.compareTo(Submission.DEFAULT_TIMEOUT) < 0)
        .orElse(Submission.DEFAULT_TIMEOUT);
  }

  private Duration timeout(Fields in, Duration base) {
    Duration timeout = seconds(in, "timeoutSeconds", MOST_TIMEOUT_SECONDS).orElse(base);
    settings
        .maxTimeout()
        .filter(most -> timeout.isZero() || timeout.compareTo(most) > 0)
        .ifPresent(
            most ->
                in.fault(
                    "timeoutSeconds",
                    "must be above 0 and at most %s, which the operator set with --max-timeout"
                        .formatted(RunJson.seconds(most))));
    return timeout;
  }

  private static Optional<Duration> seconds(Fields in, String name, long most) {
    return in.number(name, 0, most).map(SubmissionReader::duration);
  }

  private static OptionalInt nice(Fields in, Submission base) {
    OptionalInt nice = in.whole("nice", -20, 19);
    return nice.isPresent() ? nice : base.nice();
  }

  private static Optional<Map<String, String>> labels(Fields in) {
    Optional<Map<String, String>> labels = in.textMap("labels", MOST_NAME_BYTES);
    Map<String, String> given = labels.orElse(Map.of());
    if (given.size() > MOST_LABELS) {
      in.fault("labels", "must be at most %d, are %d".formatted(MOST_LABELS, given.size()));
    }
    for (String key : given.keySet()) {
      if (!LABEL.matcher(key).matches()) {
        in.fault(
            "labels." + key,
            "is no key of a label: 1 to 63 letters, digits and . _ / -, a letter or digit first");
      }
    }
    return labels;
  }

  private static Optional<Integer> umask(Fields in) {
    return in.take("umask")
        .flatMap(
            value ->
                value instanceof String text && OCTAL.matcher(text).matches()
                    ? Optional.of(Integer.parseInt(text, 8))
                    : in.wrong("umask", "an octal string such as \"027\"", value));
  }

  private static Optional<OnConflict> onConflict(Fields in) {
    return in.take("onConflict")
        .flatMap(
            value ->
                (value instanceof String word
                        ? OnConflict.parse(word)
                        : Optional.<OnConflict>empty())
                    .or(() -> in.wrong("onConflict", "queue, reject or replace", value)));
  }

  private static Optional<Instant> runAt(Fields in) {
    return in.take("runAt")
        .flatMap(
            value ->
                (value instanceof String text ? time(text) : Optional.<Instant>empty())
                    .or(
                        () ->
                            in.wrong(
                                "runAt",
                                "a time such as \"2031-05-24T18:30:00Z\" (RFC 3339)",
                                value)));
  }

  /// A point in time with its offset, to the millisecond; years 1970 to 9999.
  static Optional<Instant> time(String text) {
    try {
      Instant instant = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
      boolean plausible =
          !instant.isBefore(Instant.EPOCH)
              && instant.isBefore(Instant.parse("9999-12-31T00:00:00Z"));
      return plausible ? Optional.of(instant) : Optional.empty();
    } catch (DateTimeException noTime) {
      return Optional.empty();
    }
  }

  /// To the millisecond, but never to none: 0 has a meaning of its own.
  static Duration duration(BigDecimal seconds) {
    if (seconds.signum() == 0) {
      return Duration.ZERO;
    }
    return Duration.ofMillis(Math.max(1, Math.round(seconds.doubleValue() * 1000)));
  }
}
