package io.millrace.store;

import io.millrace.run.Run;
import io.millrace.run.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One page of a list of runs, newest first.
///
/// @param more whether older ones follow
/// @param searchedBackTo how far a search of the output came within its time
/// @param continueBefore where the next page begins when that is not behind the last item
public record RunPage(
    List<Run> items,
    boolean more,
    Optional<Instant> searchedBackTo,
    Optional<RunId> continueBefore) {}
