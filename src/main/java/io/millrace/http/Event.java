package io.millrace.http;

import io.millrace.run.Run;
import io.millrace.run.Stdin;
import io.millrace.run.Submission;
import java.util.LinkedHashMap;

/// One change, as it is kept for those who come back for it.
///
/// @param number rises by one with each event of this server's life
/// @param run after the change, without what is large or secret
record Event(long number, Run run) {
  private static final int USUAL_BYTES = 600;

  static Event of(long number, Run run) {
    return new Event(
        number,
        new Run(
            run.id(),
            bare(run.submission()),
            run.state(),
            run.node(),
            run.attempt(),
            run.attempts(),
            run.output()));
  }

  /// About as many bytes as it takes in memory.
  long weight() {
    Submission submission = run.submission();
    long characters = submission.args().stream().mapToLong(arg -> arg.length() + 40).sum();
    characters +=
        submission.environment().keySet().stream().mapToLong(name -> name.length() + 80).sum();
    characters +=
        submission.labels().entrySet().stream()
            .mapToLong(label -> label.getKey().length() + label.getValue().length() + 120)
            .sum();
    return USUAL_BYTES + characters + run.attempts().size() * 100L;
  }

  private static Submission bare(Submission s) {
    var names = new LinkedHashMap<String, String>();
    s.environment().keySet().forEach(name -> names.put(name, ""));
    return new Submission(
        s.script().map(script -> ""),
        s.unit(),
        s.name(),
        s.args(),
        names,
        s.workdir(),
        s.user(),
        s.stdin() instanceof Stdin.None ? s.stdin() : new Stdin.Open(),
        s.timeout(),
        s.grace(),
        s.priority(),
        s.labels(),
        s.limits(),
        s.nice(),
        s.umask(),
        s.isolate(),
        s.mergeStderr(),
        s.terminal(),
        s.concurrencyKey(),
        s.onConflict(),
        s.runAt(),
        s.retry(),
        s.interpreter());
  }
}
