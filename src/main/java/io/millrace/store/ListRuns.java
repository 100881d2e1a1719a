package io.millrace.store;

import io.millrace.run.Run;
import io.millrace.run.RunFilter;
import io.millrace.run.RunId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Pages of runs, newest first, and single ones.
final class ListRuns {
  private static final String FIND =
      "select %s from run r left join run_queue q on q.run_id = r.id where r.id = $1::uuid";
  private static final String FIND_CARRIED = FIND.formatted(RunColumns.CARRIED);
  private static final String FIND_WHOLE = FIND.formatted(RunColumns.ALL);

  /// From ids to rows, each from its partition, whatever the planner believes about numbers.
  private static final String SHOW =
      """
      with page as materialized (%s)
      select %s
      from page
        cross join lateral (select * from run where run.id = page.id limit 1) r
        left join run_queue q on q.run_id = r.id
      order by r.id desc\
      """;

  private static final String SHOW_THESE =
      SHOW.formatted("select unnest($1::uuid[]) as id", RunColumns.WITHOUT_TEXTS);

  private final Database database;
  private final Attempts attempts;
  private final SearchText search;

  ListRuns(Database database, Attempts attempts) {
    this.database = database;
    this.attempts = attempts;
    this.search = new SearchText(database);
  }

  Future<Optional<Run>> find(RunId id) {
    return find(FIND_CARRIED, id);
  }

  Future<Optional<Run>> findWhole(RunId id) {
    return find(FIND_WHOLE, id);
  }

  private Future<Optional<Run>> find(String sql, RunId id) {
    return database
        .move(sql, Tuple.of(id.uuid()))
        .compose(attempts::complete)
        .map(runs -> runs.stream().findFirst());
  }

  Future<RunPage> list(
      RunFilter filter, Position position, int limit, Duration textBudget, FreshOutput fresh) {
    var before =
        position instanceof Position.Before(RunId run) ? Optional.of(run) : Optional.<RunId>empty();
    long offset = position instanceof Position.Offset(long count) ? count : 0;
    return filter.text().isPresent()
        ? search.search(filter, before, offset, limit, textBudget, fresh).compose(this::found)
        : page(filter, before, offset, limit);
  }

  private Future<RunPage> page(RunFilter filter, Optional<RunId> before, long offset, int limit) {
    var query = query(filter, before, offset, limit + 1);
    return database
        .read(query.text(), query.values())
        .compose(attempts::complete)
        .map(
            runs -> {
              boolean more = runs.size() > limit;
              var items = more ? runs.subList(0, limit) : runs;
              return new RunPage(
                  items,
                  more,
                  Optional.empty(),
                  more ? Optional.of(items.getLast().id()) : Optional.empty());
            });
  }

  /// Selects the columns of [RunColumns] for at most `limit` runs.
  static PageSql.Query query(RunFilter filter, Optional<RunId> before, long offset, int limit) {
    var ids = PageSql.ids(filter, before, offset, limit);
    return new PageSql.Query(SHOW.formatted(ids.text(), RunColumns.WITHOUT_TEXTS), ids.values());
  }

  private Future<RunPage> found(SearchText.Found found) {
    var ids = found.ids().stream().map(RunId::uuid).toArray(UUID[]::new);
    Future<List<Run>> items =
        ids.length == 0
            ? Future.succeededFuture(List.of())
            : database.read(SHOW_THESE, Tuple.of(ids)).compose(attempts::complete);
    return items.map(
        runs ->
            new RunPage(
                runs,
                found.continueBefore().isPresent(),
                Optional.of(found.searchedBackTo()),
                found.continueBefore()));
  }
}
