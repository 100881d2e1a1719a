package io.millrace.http;

import io.millrace.run.Limits;
import io.millrace.run.OnConflict;
import io.millrace.run.Retry;
import io.millrace.run.Stdin;
import io.millrace.run.Submission;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A digest of what a submission means, for Idempotency-Key.
///
/// Only what differs from its default goes in, each under its name: a field given its default is
/// the same as absent, and fields that later versions add change no fingerprint of today. Order
/// counts where it has a meaning (arguments), nowhere else.
final class Fingerprint {
  private final MessageDigest digest;

  private Fingerprint() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }

  static byte[] of(Submission submission) {
    var print = new Fingerprint();
    print.add(submission);
    return print.digest.digest();
  }

  private void add(Submission s) {
    s.script().ifPresent(value -> field("script", value));
    s.unit().ifPresent(value -> field("unit", value));
    s.name().ifPresent(value -> field("name", value));
    list("args", s.args());
    map("env", s.environment());
    s.workdir().ifPresent(value -> field("workdir", value));
    s.user().ifPresent(value -> field("user", value));
    switch (s.stdin()) {
      case Stdin.None none -> {}
      case Stdin.Open open -> field("stdin", "open");
      case Stdin.Given(String text) -> field("stdin given", text);
    }
    unless(s.timeout().equals(Submission.DEFAULT_TIMEOUT), "timeout", s.timeout().toMillis());
    unless(s.grace().equals(Submission.DEFAULT_GRACE), "grace", s.grace().toMillis());
    unless(s.priority() == 0, "priority", s.priority());
    map("labels", s.labels());
    add(s.limits());
    s.nice().ifPresent(value -> field("nice", value));
    unless(s.umask() == Submission.DEFAULT_UMASK, "umask", s.umask());
    unless(!s.isolate(), "isolate", true);
    unless(!s.mergeStderr(), "mergeStderr", true);
    s.terminal().ifPresent(tty -> field("tty", tty.columns() + "x" + tty.rows()));
    s.concurrencyKey().ifPresent(value -> field("concurrencyKey", value));
    unless(s.onConflict() == OnConflict.QUEUE, "onConflict", s.onConflict().word());
    s.runAt().ifPresent(value -> field("runAt", value.toEpochMilli()));
    Retry retry = s.retry();
    unless(
        retry.equals(Retry.NEVER),
        "retry",
        retry.attempts() + " " + retry.delay().toMillis() + " " + retry.backoff());
    s.interpreter().ifPresent(value -> field("interpreter", value));
  }

  private void add(Limits limits) {
    limits.memoryBytes().ifPresent(value -> field("memory", value));
    limits.cpuPercent().ifPresent(value -> field("cpu", value));
    limits.processes().ifPresent(value -> field("processes", value));
    limits.openFiles().ifPresent(value -> field("openFiles", value));
    unless(
        limits.keptOutputBytes() == Limits.DEFAULT_OUTPUT_BYTES,
        "output",
        limits.keptOutputBytes());
  }

  private void unless(boolean isDefault, String name, Object value) {
    if (!isDefault) {
      field(name, value);
    }
  }

  private void list(String name, List<String> values) {
    if (!values.isEmpty()) {
      part(name);
      number(values.size());
      values.forEach(this::part);
    }
  }

  private void map(String name, Map<String, String> values) {
    if (!values.isEmpty()) {
      part(name);
      number(values.size());
      new TreeMap<>(values)
          .forEach(
              (key, value) -> {
                part(key);
                part(value);
              });
    }
  }

  private void field(String name, Object value) {
    part(name);
    part(value.toString());
  }

  /// With its length ahead, so that no two sequences of parts look alike.
  private void part(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    number(bytes.length);
    digest.update(bytes);
  }

  private void number(int value) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(value).flip());
  }
}
