package io.millrace.keeper;

import java.util.List;
import java.util.Optional;

/// What this host allows the keeper to do for a run. Each `Optional` is the reason why not; empty
/// means that it can.
///
/// @param summary sentences for the log and for `/version`
public record Abilities(
    Optional<String> memoryLimit,
    Optional<String> cpuLimit,
    Optional<String> processLimit,
    Optional<String> isolate,
    Optional<String> otherUsers,
    Optional<String> negativeNice,
    List<String> summary) {
  public Abilities {
    summary = List.copyOf(summary);
  }
}
