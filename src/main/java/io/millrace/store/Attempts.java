package io.millrace.store;

import io.millrace.run.Attempt;
import io.millrace.run.Run;
import io.millrace.run.RunId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Makes runs of selected rows, with their attempts. Only runs that were tried more than once have
/// rows for these.
final class Attempts {
  private static final String FIND =
      """
      select run_id, attempt, started_at, finished_at, %s, first_offset
      from run_attempt where run_id = any ($1::uuid[]) order by run_id, attempt\
      """
          .formatted(OutcomeColumns.NAMES);

  private final Database database;

  Attempts(Database database) {
    this.database = database;
  }

  /// Reads rows of [RunColumns], in their order.
  Future<List<Run>> complete(RowSet<Row> rows) {
    var runs = new ArrayList<Run>(rows.size());
    var tried = new ArrayList<UUID>();
    for (var row : rows) {
      var read = RunColumns.read(row);
      runs.add(read.run());
      if (read.hasAttempts()) {
        tried.add(read.run().id().uuid());
      }
    }
    if (tried.isEmpty()) {
      return Future.succeededFuture(runs);
    }
    return database
        .read(FIND, Tuple.of(tried.toArray(UUID[]::new)))
        .map(
            found -> {
              var attempts = read(found);
              return runs.stream()
                  .map(run -> attempts.containsKey(run.id()) ? with(run, attempts) : run)
                  .toList();
            });
  }

  private static Map<RunId, List<Attempt>> read(RowSet<Row> rows) {
    var attempts = new HashMap<RunId, List<Attempt>>();
    for (var columns : rows) {
      var row = new RowReader(columns);
      var id = new RunId(row.uuid());
      var attempt =
          new Attempt(
              row.int4(), row.optionalTime(), row.time(), OutcomeColumns.read(row), row.int8());
      attempts.computeIfAbsent(id, none -> new ArrayList<>()).add(attempt);
    }
    return attempts;
  }

  private static Run with(Run run, Map<RunId, List<Attempt>> attempts) {
    return new Run(
        run.id(),
        run.submission(),
        run.state(),
        run.node(),
        run.attempt(),
        attempts.getOrDefault(run.id(), List.of()),
        run.output());
  }
}
