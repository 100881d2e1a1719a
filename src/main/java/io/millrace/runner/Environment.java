package io.millrace.runner;

import io.millrace.keeper.os.User;
import io.millrace.run.RunId;
import io.millrace.run.Submission;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a script finds in its environment: what it was given, and six names more. Never anything of
/// the service's own.
final class Environment {
  static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final String LANG = "C.UTF-8";

  private Environment() {}

  /// As `NAME=value`; the submission may replace the first four.
  static List<String> of(Submission submission, User user, RunId run, int attempt) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("PATH", PATH);
    values.put("HOME", user.home());
    values.put("USER", user.name());
    values.put("LANG", LANG);
    values.putAll(submission.environment());
    values.put("MILLRACE_RUN_ID", run.toString());
    values.put("MILLRACE_ATTEMPT", Integer.toString(attempt));
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .toList();
  }
}
