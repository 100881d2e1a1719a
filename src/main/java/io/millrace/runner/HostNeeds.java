package io.millrace.runner;

import io.millrace.run.Limits;
import io.millrace.run.Submission;
import java.util.Optional;
import java.util.OptionalInt;

/// What a submission asks of the host it will run on: all that [HostChecks] look at.
///
/// Apart from [Submission], so that the sound fields of a faulty one can be looked at too, and its
/// client hears of every fault at once.
///
/// @param path where the interpreter is looked for; empty is where every script's programs are
public record HostNeeds(
    Optional<String> unit,
    Limits limits,
    boolean isolate,
    OptionalInt nice,
    Optional<String> user,
    Optional<String> workdir,
    Optional<String> interpreter,
    Optional<String> path) {

  public static HostNeeds of(Submission submission) {
    return new HostNeeds(
        submission.unit(),
        submission.limits(),
        submission.isolate(),
        submission.nice(),
        submission.user(),
        submission.workdir(),
        submission.interpreter(),
        Optional.ofNullable(submission.environment().get("PATH")));
  }
}
