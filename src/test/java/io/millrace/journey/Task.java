package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/// A submission of which it is known how it must end, whatever happens to the service meanwhile.
///
/// @param starts a file to which each attempt adds its run and number
record Task(int number, Kind kind, Path starts) {
  private static final int LARGE_BYTES = 4_500_000;

  enum Kind {
    PLAIN,
    RETRIED,
    CANCELLED,
    TIMED_OUT,
    LARGE
  }

  /// Mostly plain ones, and some of each other kind.
  static Task of(int number, Path starts) {
    return new Task(
        number,
        switch (number % 20) {
          case 3, 10 -> Kind.RETRIED;
          case 5, 12 -> Kind.CANCELLED;
          case 7 -> Kind.TIMED_OUT;
          case 11 -> Kind.LARGE;
          default -> Kind.PLAIN;
        },
        starts);
  }

  JsonObject submission() {
    var body =
        switch (kind) {
          case PLAIN -> plain();
          case RETRIED ->
              "echo task %d attempt $MILLRACE_ATTEMPT\nexit $((MILLRACE_ATTEMPT < 2))\n";
          case CANCELLED, TIMED_OUT -> "echo task %d\nexec sleep 600\n";
          case LARGE -> large();
        };
    var script =
        "echo $MILLRACE_RUN_ID.$MILLRACE_ATTEMPT >> " + starts + "\n" + body.formatted(number);
    var submission = new JsonObject().put("script", script).put("mergeStderr", true);
    return switch (kind) {
      case PLAIN, CANCELLED, LARGE -> submission;
      case TIMED_OUT -> submission.put("timeoutSeconds", 1);
      case RETRIED ->
          submission.put(
              "retry", new JsonObject().put("attempts", 3).put("delaySeconds", number % 2));
    };
  }

  /// Every eighth writes for a second or two.
  private String plain() {
    boolean slow = number % 8 == 0;
    return """
    exec {never}<> <(:)
    for ((i = 0; i < 30; i++)); do
      echo task %1$d line $i; echo task %1$d note $i >&2
    """
        + (slow ? "  read -t 0.05 -u $never\n" : "")
        + "done\nexit "
        + exitCode()
        + "\n";
  }

  /// In three parts, so that what is full is stored while the rest is written.
  private static String large() {
    return """
    exec {never}<> <(:)
    echo task %%d
    for part in 1 2 3; do
      head -c %d /dev/zero | tr '\\0' x
      read -t 0.1 -u $never
    done
    exit 0
    """
        .formatted(LARGE_BYTES / 3);
  }

  private int exitCode() {
    return kind == Kind.PLAIN ? number % 7 : 0;
  }

  private byte[] expected(int attempt) {
    var text = new StringBuilder();
    switch (kind) {
      case PLAIN -> {
        for (int i = 0; i < 30; i++) {
          text.append("task %1$d line %2$d\ntask %1$d note %2$d\n".formatted(number, i));
        }
      }
      case RETRIED -> text.append("task %d attempt %d\n".formatted(number, attempt));
      case CANCELLED, TIMED_OUT -> text.append("task %d\n".formatted(number));
      case LARGE -> text.append("task %d\n".formatted(number)).append("x".repeat(LARGE_BYTES));
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private String status() {
    return switch (kind) {
      case PLAIN -> exitCode() == 0 ? "succeeded" : "failed";
      case RETRIED, LARGE -> "succeeded";
      case CANCELLED -> "cancelled";
      case TIMED_OUT -> "timed_out";
    };
  }

  /// Compares what the service says with what must be.
  ///
  /// @param mayBeLost whether a keeper was killed: an attempt may then have ended too early, if the
  ///   service says so
  /// @param mayBeCut whether the disk was full: a large output may then have a gap, if the service
  ///   says how long it is
  void check(JsonObject run, byte[] output, boolean mayBeLost, boolean mayBeCut) {
    var what = "task %d (%s): %s".formatted(number, kind, run.encode());
    boolean lost = run.getString("status").equals("lost");
    if (!lost || !mayBeLost) {
      assertThat(run.getString("status")).as(what).isEqualTo(status());
      if (kind == Kind.PLAIN || kind == Kind.LARGE || kind == Kind.RETRIED) {
        assertThat(run.getInteger("exitCode")).as(what).isEqualTo(exitCode());
      }
    }
    var counts = run.getJsonObject("output");
    long cut = counts.getLong("truncatedBytes");
    assertThat(cut == 0 || (mayBeCut && kind == Kind.LARGE)).as(what).isTrue();
    assertThat(counts.getLong("bytes")).as(what).isEqualTo(output.length + cut);
    assertThat(cut == 0 || lost || output.length + cut == expected(1).length).as(what).isTrue();
    var attempts = run.getJsonArray("attempts");
    int last = run.getInteger("attempt");
    if (last == 1) {
      checkAttempt(what, 1, output, lost || cut > 0);
      return;
    }
    for (int i = 0; i < attempts.size(); i++) {
      var attempt = attempts.getJsonObject(i);
      int from = attempt.getInteger("offset");
      int to =
          i + 1 < attempts.size()
              ? attempts.getJsonObject(i + 1).getInteger("offset")
              : output.length;
      boolean gone = mayBeLost && attempt.getString("reason").contains("keeper");
      checkAttempt(what, attempt.getInteger("attempt"), Arrays.copyOfRange(output, from, to), gone);
    }
  }

  private void checkAttempt(String what, int attempt, byte[] output, boolean partly) {
    var whole = expected(attempt);
    assertThat(output.length).as(what).isLessThanOrEqualTo(whole.length);
    var wanted = partly ? Arrays.copyOf(whole, output.length) : whole;
    assertThat(Arrays.equals(output, wanted))
        .as("%s: output of attempt %d, %d bytes of %d", what, attempt, output.length, whole.length)
        .isTrue();
  }
}
