package io.millrace.run;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A run as it is at one moment.
///
/// @param node that runs or ran it; empty until it was first claimed
/// @param attempt the present or last one, from 1
/// @param attempts those that have ended, in order
/// @param output over all attempts
public record Run(
    RunId id,
    Submission submission,
    RunState state,
    Optional<String> node,
    int attempt,
    List<Attempt> attempts,
    OutputCounts output) {

  public Run {
    attempts = List.copyOf(attempts);
  }

  public RunStatus status() {
    return state.status();
  }

  public Instant createdAt() {
    return id.createdAt();
  }

  /// The same run somewhere else.
  public Run in(RunState other) {
    return new Run(id, submission, other, node, attempt, attempts, output);
  }

  /// The same run with its submission in other words: without its long texts, or with them.
  public Run with(Submission words) {
    return new Run(id, words, state, node, attempt, attempts, output);
  }

  /// The same run with newer counts of its output.
  public Run with(OutputCounts counts) {
    return new Run(id, submission, state, node, attempt, attempts, counts);
  }
}
