package io.millrace.http;

import io.millrace.run.Run;
import io.millrace.runner.QueuePlace;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;

/// What travels on a stream, one JSON object a message.
final class StreamFrames {
  private StreamFrames() {}

  static String output(TextPieces.Piece piece) {
    var json =
        new JsonObject()
            .put("type", "output")
            .put("offset", piece.offset())
            .put("next", piece.next())
            .put("stream", word(piece))
            .put("at", RunJson.time(Instant.ofEpochMilli(piece.epochMillis())));
    piece
        .text()
        .ifPresentOrElse(
            text -> json.put("data", text),
            () -> json.put("encoding", "base64").put("data", piece.base64()));
    return json.encode();
  }

  static String gap(long offset, long next) {
    return new JsonObject().put("type", "gap").put("offset", offset).put("next", next).encode();
  }

  static String status(Run run, Optional<QueuePlace> place) {
    return of("status", run, place);
  }

  static String end(Run run) {
    return of("end", run, Optional.empty());
  }

  private static String of(String type, Run run, Optional<QueuePlace> place) {
    return new JsonObject().put("type", type).put("run", RunJson.followed(run, place)).encode();
  }

  static String error(Problem problem) {
    return new JsonObject().put("type", "error").put("problem", problem.json()).encode();
  }

  private static String word(TextPieces.Piece piece) {
    return switch (piece.stream()) {
      case STDOUT -> "stdout";
      case STDERR -> "stderr";
    };
  }
}
