package io.millrace.store;

import io.millrace.run.Run;
import io.millrace.run.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One page of a list of runs, newest first.
///
/// @param items without script and given stdin (both are empty texts)
/// @param more whether older ones may follow
/// @param searchedBackTo of a search for text: everything created since then has been looked at
/// @param continueBefore where the next page begins; empty when there is none
public record RunPage(
    List<Run> items,
    boolean more,
    Optional<Instant> searchedBackTo,
    Optional<RunId> continueBefore) {
  public RunPage {
    items = List.copyOf(items);
  }

  /// The same page with newer facts in its runs.
  public RunPage withItems(List<Run> newer) {
    return new RunPage(newer, more, searchedBackTo, continueBefore);
  }
}
