package io.millrace.app;

import io.millrace.runner.Load;
import io.millrace.store.Vitals;
import java.time.Instant;
import java.util.Optional;

/// What is read when somebody asks for metrics, rather than counted all the time.
///
/// @param load empty when the node does not answer
/// @param vitals empty when the database does not answer
/// @param keeper whether there is one
/// @param runViewers who follow one run
/// @param eventViewers who follow all changes
/// @param dataFreeBytes of the file system of the data directory
/// @param runFreeBytes of the run directory's
record Moment(
    Instant at,
    Optional<Load> load,
    Optional<Vitals> vitals,
    boolean keeper,
    int runViewers,
    int eventViewers,
    long dataFreeBytes,
    long runFreeBytes) {

  static final Moment NOTHING =
      new Moment(Instant.EPOCH, Optional.empty(), Optional.empty(), false, 0, 0, 0, 0);
}
