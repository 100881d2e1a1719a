package io.millrace.http;

import io.millrace.run.Stdin;
import io.millrace.run.Submission;
import io.vertx.core.buffer.Buffer;
import java.util.Map;

/// Submissions for tests, read from JSON as clients write it.
final class SubmissionForm {
  private SubmissionForm() {}

  static Submission read(String json) {
    var faults = new Faults();
    Map<String, Object> fields = Json.object(Buffer.buffer(json), faults).orElseThrow();
    var reader = new SubmissionReader(HttpSettings.at("localhost", 0));
    return switch (reader.read(fields, faults)) {
      case Reading.Sound(Submission submission) -> submission;
      case Reading.Faulty faulty -> throw new IllegalArgumentException(faults.list().toString());
    };
  }

  static Submission withStdin(Stdin stdin) {
    return switch (stdin) {
      case Stdin.None none -> Submission.of("cat");
      case Stdin.Open open -> read("{\"script\": \"cat\", \"stdin\": true}");
      case Stdin.Given given -> read("{\"script\": \"cat\", \"stdin\": \"given\"}");
    };
  }
}
