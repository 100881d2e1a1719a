package io.millrace.http;

import io.millrace.run.Run;
import io.millrace.run.RunId;
import io.millrace.runner.Fault;
import io.millrace.store.DatabaseAway;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/// Everything that can go wrong between a client and us, in words.
final class Problems {
  static final String REFERENCE = "/openapi.yaml describes every call.";

  private Problems() {}

  static Problem malformed(List<Fault> faults) {
    String sentence = faults.getFirst().field() + " " + faults.getFirst().problem();
    String first = sentence.endsWith("?") ? sentence : sentence + ".";
    String detail =
        faults.size() == 1
            ? "The request cannot be used: " + first
            : "The request cannot be used, %d things are wrong; the first: %s"
                .formatted(faults.size(), first);
    return Problem.of(
            400, "malformed", detail, "Mend what \"errors\" lists and send it again; " + REFERENCE)
        .with(faults);
  }

  static Problem brokenBody() {
    return malformed(
        List.of(
            new Fault(
                "body",
                "does not come as \"Transfer-Encoding: chunked\" wants it (RFC 9112, section"
                    + " 7.1)")));
  }

  static Problem noToken() {
    return Problem.of(
            401,
            "no-token",
            "This needs a token, and the request has none.",
            "Send \"Authorization: Bearer <token>\". The first token lies in the file \"token\" of"
                + " the data directory; browsers sign in at /.")
        .withHeader("WWW-Authenticate", "Bearer realm=\"millrace\"");
  }

  static Problem wrongToken() {
    return Problem.of(
            401,
            "wrong-token",
            "The token of this request is not one of ours.",
            "Compare it with the file \"token\" of this server's data directory.")
        .withHeader("WWW-Authenticate", "Bearer realm=\"millrace\", error=\"invalid_token\"");
  }

  static Problem foreignHost(String host) {
    return Problem.of(
        421,
        "foreign-host",
        "This server does not answer to the name '" + host + "'.",
        "Use its address or a loopback name, or start it with --public-url for this name.");
  }

  static Problem foreignOrigin(String origin) {
    return Problem.of(
        403,
        "foreign-origin",
        "A page of '" + origin + "' sent this; only our own page may.",
        "Open the page of this server itself, or start it with --public-url if this is its name.");
  }

  static Problem noSuchPath(String path) {
    return Problem.of(404, "no-such-path", "There is nothing at " + path + ".", REFERENCE);
  }

  static Problem noSuchRun(RunId id) {
    return Problem.of(
        404,
        "no-such-run",
        "There is no run " + id + ": it was deleted, has expired, or never was.",
        "GET /api/v1/runs lists the runs there are.");
  }

  static Problem methodNotAllowed(String method, String path, Collection<String> allowed) {
    String list = String.join(", ", allowed);
    return Problem.of(
            405, "method", method + " does nothing at " + path + ".", "Use one of: " + list + ".")
        .withHeader("Allow", list);
  }

  static Problem bodyTooSlow(Duration limit) {
    return Problem.of(
            408,
            "too-slow",
            "The body did not come within " + limit.toSeconds() + " s.",
            "Send the request again.")
        .withHeader("Connection", "close");
  }

  static Problem tooLarge(String what, long limitBytes) {
    return Problem.of(
        413,
        "too-large",
        "%s is larger than %d bytes, the most that is taken.".formatted(what, limitBytes),
        "Send less; a long script can fetch its data itself.");
  }

  static Problem contentType(String got, String wanted) {
    return Problem.of(
            415,
            "content-type",
            "The body is said to be '%s', but must be %s.".formatted(got, wanted),
            "Send the header Content-Type: " + wanted.split(" or ", -1)[0] + ".")
        .withHeader("Accept-Post", wanted.replace(" or ", ", "));
  }

  static Problem needsWebSocket(String why) {
    return Problem.of(
            426,
            "websocket-only",
            "This is a WebSocket, version 13: " + why + ".",
            "Use a WebSocket client, or GET …/output?follow=true for the plain bytes.")
        .withHeader("Upgrade", "websocket")
        .withHeader("Connection", "Upgrade")
        .withHeader("Sec-WebSocket-Version", "13");
  }

  static Problem keyUsed(String key, RunId first) {
    return Problem.of(
        422,
        "idempotency-conflict",
        "The Idempotency-Key '%s' belongs to run %s, which was another submission."
            .formatted(key, first),
        "Take a new key for a new submission; keys are kept for 24 hours.");
  }

  static Problem queueFull(long queued, Duration retryAfter) {
    return Problem.of(
            429,
            "queue-full",
            "%d runs wait already, as many as may (--max-queued).".formatted(queued),
            "Send it again later, or cancel what is not needed any more.")
        .withHeader("Retry-After", seconds(retryAfter));
  }

  static Problem keyBusy(String key, RunId holder) {
    return Problem.of(
        409,
        "key-busy",
        "Run %s holds the concurrency key '%s', and onConflict is reject.".formatted(holder, key),
        "Wait for its end (GET /api/v1/runs/%s?wait=60), or submit with onConflict queue or replace."
            .formatted(holder));
  }

  static Problem alreadyEnded(Run run) {
    return Problem.of(
        409,
        "ended",
        "Run %s has ended (%s), so it cannot be cancelled."
            .formatted(run.id(), run.status().word()),
        "Start it again with POST /api/v1/runs/" + run.id() + "/rerun.");
  }

  static Problem stillLive(RunId id) {
    return Problem.of(
        409,
        "live",
        "Run " + id + " has not ended, and only an ended run can be deleted.",
        "Cancel it first with POST /api/v1/runs/" + id + "/cancel.");
  }

  static Problem notRunning(RunId id, String what) {
    return Problem.of(
        409,
        "not-running",
        "Run " + id + " is not running, so " + what + ".",
        "GET /api/v1/runs/" + id + " tells its status.");
  }

  static Problem noStdin(RunId id) {
    return Problem.of(
        409,
        "no-stdin",
        "Run " + id + " was submitted without an open standard input.",
        "Submit it with \"stdin\": true to feed it while it runs.");
  }

  static Problem noTerminal(RunId id) {
    return Problem.of(
        409,
        "no-terminal",
        "Run " + id + " has no terminal that could have a size.",
        "Submit it with \"tty\": {\"columns\": 80, \"rows\": 24}.");
  }

  static Problem inputClosed(RunId id) {
    return Problem.of(
        410,
        "input-closed",
        "The standard input of run " + id + " is closed: it was ended, or the script closed it.",
        "Nothing more can be fed to this run.");
  }

  static Problem inputFull(RunId id) {
    return Problem.of(
            429,
            "input-full",
            "Run " + id + " does not read its input fast enough; nothing of the body was taken.",
            "Send the same body again in a moment.")
        .withHeader("Retry-After", "1");
  }

  static Problem noSuchRange(long from, long total) {
    return Problem.of(
            416,
            "range",
            "Offset %d lies beyond the end of the output, which has %d bytes."
                .formatted(from, total),
            "Ask from an offset of at most " + total + ".")
        .withHeader("Content-Range", "bytes */" + total);
  }

  static Problem databaseAway() {
    return Problem.of(
            503,
            "database-away",
            "The database does not answer, so nothing was accepted or changed.",
            "Send it again in a few seconds. Live runs can still be watched and cancelled.")
        .withHeader("Retry-After", seconds(DatabaseAway.RETRY_AFTER));
  }

  /// @param kind `not-live` or `not-ready`
  static Problem unhealthy(String kind, List<Fault> faults) {
    String detail =
        faults.stream()
            .map(fault -> fault.field() + ": " + fault.problem())
            .collect(Collectors.joining("; ", "", "."));
    return Problem.of(503, kind, detail, "Nothing, if it just starts or stops; else see its log.")
        .with(faults)
        .withHeader("Retry-After", "5");
  }

  static Problem bug(String incident) {
    return Problem.of(
        500,
        "bug",
        "Something went wrong that should not be possible (incident " + incident + ").",
        "The server's log has the details under that incident.");
  }

  /// At least one second, as Retry-After knows no fractions.
  static String seconds(Duration duration) {
    return Long.toString(Math.max(1, duration.plusMillis(999).toSeconds()));
  }
}
