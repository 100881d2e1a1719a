package io.millrace.run;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Everything a client asked for when it submitted a run: checked, with defaults filled in.
///
/// Two submissions that mean the same are equal, whatever their bytes were. The environment may
/// hold secrets, so `toString` shows names only.
///
/// @param script UTF-8 text without NUL; empty only for a run of a unit
/// @param unit whose command is run, instead of a script
/// @param environment what the script gets beside the standard variables, in the order given
/// @param workdir absolute path; empty is the user's home
/// @param user login name; empty is the operator's default
/// @param timeout zero is none
/// @param grace between SIGTERM and SIGKILL
/// @param priority −100 to 100, higher first
/// @param nice −20 to 19; empty is the service's own
/// @param umask 0 to 0777
/// @param concurrencyKey at most one run of each key runs at a time
/// @param runAt not before this; empty is at once
/// @param interpreter program and its arguments, before the script's file; empty is the `#!` line,
///   else bash
public record Submission(
    Optional<String> script,
    Optional<String> unit,
    Optional<String> name,
    List<String> args,
    Map<String, String> environment,
    Optional<String> workdir,
    Optional<String> user,
    Stdin stdin,
    Duration timeout,
    Duration grace,
    int priority,
    Map<String, String> labels,
    Limits limits,
    OptionalInt nice,
    int umask,
    boolean isolate,
    boolean mergeStderr,
    Optional<Terminal> terminal,
    Optional<String> concurrencyKey,
    OnConflict onConflict,
    Optional<Instant> runAt,
    Retry retry,
    Optional<String> interpreter) {

  public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);
  public static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);
  public static final int DEFAULT_UMASK = 022;

  /// Longer scripts and inputs are not carried around with a run: a thousand of them would fill the
  /// memory. Who needs one asks for it.
  public static final int LONGEST_CARRIED = 64 << 10;

  /// Stands for a text that was left out; no text can be like it, for none has a NUL.
  public static final String LEFT_OUT = "\0";

  public Submission {
    args = List.copyOf(args);
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    if (script.isPresent() == unit.isPresent()) {
      throw new IllegalArgumentException("a submission has either a script or a unit");
    }
    if (timeout.isNegative() || grace.isNegative()) {
      throw new IllegalArgumentException(
          "timeout and grace must not be negative, got " + timeout + " and " + grace);
    }
    if (priority < -100 || priority > 100) {
      throw new IllegalArgumentException("priority must be -100 to 100, got " + priority);
    }
  }

  /// A submission of `script` with every default.
  public static Submission of(String script) {
    return new Submission(
        Optional.of(script),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        new Stdin.None(),
        DEFAULT_TIMEOUT,
        DEFAULT_GRACE,
        0,
        Map.of(),
        Limits.NONE,
        OptionalInt.empty(),
        DEFAULT_UMASK,
        false,
        false,
        Optional.empty(),
        Optional.empty(),
        OnConflict.QUEUE,
        Optional.empty(),
        Retry.NEVER,
        Optional.empty());
  }

  /// The same without its long texts.
  public Submission abridged() {
    boolean longScript = script.filter(Submission::isLong).isPresent();
    boolean longInput = stdin instanceof Stdin.Given(String text) && isLong(text);
    return longScript || longInput
        ? with(
            longScript ? Optional.of(LEFT_OUT) : script,
            longInput ? new Stdin.Given(LEFT_OUT) : stdin)
        : this;
  }

  /// Whether a text was left out.
  public boolean isAbridged() {
    return script.filter(LEFT_OUT::equals).isPresent()
        || (stdin instanceof Stdin.Given(String text) && text.equals(LEFT_OUT));
  }

  private static boolean isLong(String text) {
    return text.length() > LONGEST_CARRIED;
  }

  private Submission with(Optional<String> otherScript, Stdin otherStdin) {
    return new Submission(
        otherScript,
        unit,
        name,
        args,
        environment,
        workdir,
        user,
        otherStdin,
        timeout,
        grace,
        priority,
        labels,
        limits,
        nice,
        umask,
        isolate,
        mergeStderr,
        terminal,
        concurrencyKey,
        onConflict,
        runAt,
        retry,
        interpreter);
  }

  @Override
  public String toString() {
    return "Submission[name=%s, unit=%s, environment=%s]"
        .formatted(name.orElse("-"), unit.orElse("-"), environment.keySet());
  }
}
