package io.millrace.store;

import io.millrace.run.OnConflict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Cuts a batch so that no piece contains two submissions of which the second depends on what
/// becomes of the first: two of one idempotency key, or one that rejects or replaces others of its
/// concurrency key. Nearly always that is one piece.
final class InsertRounds {
  private InsertRounds() {}

  static List<List<NewRun>> of(List<NewRun> runs) {
    var rounds = new ArrayList<List<NewRun>>();
    var idempotent = new HashMap<String, Integer>();
    var concurrent = new HashMap<String, Integer>();
    for (var run : runs) {
      int round = Math.max(afterSameKey(run, idempotent), afterRivals(run, concurrent));
      run.idempotency().ifPresent(given -> idempotent.put(given.key(), round));
      run.submission().concurrencyKey().ifPresent(key -> concurrent.put(key, round));
      while (rounds.size() <= round) {
        rounds.add(new ArrayList<>());
      }
      rounds.get(round).add(run);
    }
    return rounds;
  }

  private static int afterSameKey(NewRun run, Map<String, Integer> seen) {
    return run.idempotency().map(given -> seen.getOrDefault(given.key(), -1) + 1).orElse(0);
  }

  private static int afterRivals(NewRun run, Map<String, Integer> seen) {
    var submission = run.submission();
    int waits = submission.onConflict() == OnConflict.QUEUE ? 0 : 1;
    return submission.concurrencyKey().map(seen::get).map(last -> last + waits).orElse(0);
  }
}
