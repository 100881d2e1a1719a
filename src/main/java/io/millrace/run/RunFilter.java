package io.millrace.run;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which runs a list shows; an empty part lets every run pass.
///
/// @param statuses any of these
/// @param labels all of these
/// @param since created at or after
/// @param until created before
/// @param name exactly this
/// @param text a part of the output, compared byte by byte in UTF-8
public record RunFilter(
    Set<RunStatus> statuses,
    Optional<String> unit,
    Optional<String> node,
    Map<String, String> labels,
    Optional<Instant> since,
    Optional<Instant> until,
    Optional<String> name,
    Optional<String> text) {

  public static final RunFilter ALL =
      new RunFilter(
          Set.of(),
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  public RunFilter {
    statuses = Set.copyOf(statuses);
    labels = Map.copyOf(labels);
  }

  /// Whether `run` passes all but [#text()], of which a run knows nothing.
  public boolean accepts(Run run) {
    var submission = run.submission();
    return (statuses.isEmpty() || statuses.contains(run.status()))
        && (unit.isEmpty() || unit.equals(submission.unit()))
        && (node.isEmpty() || node.equals(run.node()))
        && (name.isEmpty() || name.equals(submission.name()))
        && submission.labels().entrySet().containsAll(labels.entrySet())
        && since.filter(first -> run.createdAt().isBefore(first)).isEmpty()
        && until.filter(end -> !run.createdAt().isBefore(end)).isEmpty();
  }
}
