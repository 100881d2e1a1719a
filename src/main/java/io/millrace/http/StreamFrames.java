package io.millrace.http;

import io.millrace.run.Run;
import io.vertx.core.json.JsonObject;
import java.time.Instant;

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

  static String status(Run run) {
    return new JsonObject().put("type", "status").put("run", RunJson.followed(run)).encode();
  }

  static String end(Run run) {
    return new JsonObject().put("type", "end").put("run", RunJson.followed(run)).encode();
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
