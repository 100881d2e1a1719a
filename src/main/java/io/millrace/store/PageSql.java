package io.millrace.store;

import io.millrace.run.RunFilter;
import io.millrace.run.RunId;
import io.millrace.run.RunStatus;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Writes the query for the ids of one page: exactly the conditions that are asked for, so that
/// each can use its index.
///
/// Every branch reads one index from its newest entry downwards and stops after a page: one for
/// each end status, one for live runs. An `or` over them would make the planner read everything and
/// sort.
final class PageSql {
  private final RunFilter filter;
  private final Optional<RunId> before;
  private final long rows;
  private final Tuple values = Tuple.tuple();

  /// @param rows how many each branch has to bring, offset included
  private PageSql(RunFilter filter, Optional<RunId> before, long rows) {
    this.filter = filter;
    this.before = before;
    this.rows = rows;
  }

  /// @param text a query for `id`, newest first
  record Query(String text, Tuple values) {}

  static Query ids(RunFilter filter, Optional<RunId> before, long offset, int limit) {
    var page = new PageSql(filter, before, offset + limit);
    var branches = page.branches();
    var text =
        branches.size() == 1 && offset == 0
            ? branches.getFirst()
            : "select id from (%s) branches order by id desc limit %s offset %s"
                .formatted(
                    branches.stream().collect(Collectors.joining(") union all (", "(", ")")),
                    page.value(limit, "bigint"),
                    page.value(offset, "bigint"));
    return new Query(text, page.values);
  }

  /// The same for runs that may have stored output: without other filters those that have some, so
  /// that a long queue is passed over instead of walked through.
  static Query idsToSearch(RunFilter filter, Optional<RunId> before, int limit) {
    boolean onlyText =
        filter.statuses().isEmpty()
            && filter.unit().isEmpty()
            && filter.node().isEmpty()
            && filter.labels().isEmpty()
            && filter.name().isEmpty();
    if (!onlyText) {
      return ids(filter, before, 0, limit);
    }
    var page = new PageSql(filter, before, limit);
    return new Query(
        page.branch("run_output o", "o.run_id", new ArrayList<>())
            .replaceFirst("^select ", "select distinct "),
        page.values);
  }

  private List<String> branches() {
    var ended = filter.statuses().stream().filter(RunStatus::ended).toList();
    var live = filter.statuses().stream().filter(status -> !status.ended()).toList();
    var branches = new ArrayList<String>();
    if (filter.statuses().isEmpty() && filter.node().isEmpty()) {
      branches.add(history(Optional.empty()));
      return branches;
    }
    if (filter.statuses().isEmpty()) {
      branches.add(history(Optional.empty()));
    }
    ended.forEach(status -> branches.add(history(Optional.of(status))));
    if (filter.statuses().isEmpty() || live.size() == 2) {
      branches.add(queue(""));
    } else if (live.contains(RunStatus.RUNNING)) {
      branches.add(queue("q.state = 'claimed' and q.node is not null"));
    } else if (live.contains(RunStatus.QUEUED)) {
      branches.add(queue("q.state <> 'claimed'"));
    }
    return branches;
  }

  /// Runs by their own row; with a node or status only ended ones.
  private String history(Optional<RunStatus> status) {
    var where = new ArrayList<String>();
    filter.node().ifPresent(node -> where.add("r.node = " + value(node, "text")));
    status.ifPresent(word -> where.add("r.status = " + value(word.word(), "text")));
    ofSubmission(where);
    if (filter.labels().isEmpty()) {
      return branch("run r", "r.id", where);
    }
    var from = where.isEmpty() ? "run_label l" : "run_label l join run r on r.id = l.run_id";
    labels("l.run_id", true, where);
    return branch(from, "l.run_id", where);
  }

  /// Live runs, from the queue.
  private String queue(String state) {
    var where = new ArrayList<String>();
    ofSubmission(where);
    var from = where.isEmpty() ? "run_queue q" : "run_queue q join run r on r.id = q.run_id";
    if (!state.isEmpty()) {
      where.add(state);
    }
    filter.node().ifPresent(node -> where.add("q.node = " + value(node, "text")));
    labels("q.run_id", false, where);
    return branch(from, "q.run_id", where);
  }

  private void ofSubmission(List<String> where) {
    filter.unit().ifPresent(unit -> where.add("r.unit = " + value(unit, "text")));
    filter.name().ifPresent(name -> where.add("r.name = " + value(name, "text")));
  }

  /// @param firstLeads whether the first label's own table, `l`, is read in order; the others are
  ///   looked up
  private void labels(String id, boolean firstLeads, List<String> where) {
    boolean leads = firstLeads;
    for (Map.Entry<String, String> label : filter.labels().entrySet()) {
      var key = value(label.getKey(), "text");
      var text = value(label.getValue(), "text");
      where.add(
          leads
              ? "l.key = %s and l.value = %s".formatted(key, text)
              : "exists (select from run_label o where o.key = %s and o.value = %s and o.run_id = %s)"
                  .formatted(key, text, id));
      leads = false;
    }
  }

  private String branch(String from, String id, List<String> where) {
    before.ifPresent(run -> where.add(id + " < " + value(run.uuid(), "uuid")));
    filter
        .since()
        .ifPresent(since -> where.add(id + " >= " + value(RunId.lowerBound(since), "uuid")));
    filter
        .until()
        .ifPresent(until -> where.add(id + " < " + value(RunId.lowerBound(until), "uuid")));
    return "select %s as id from %s%s order by %s desc limit %s"
        .formatted(
            id,
            from,
            where.isEmpty()
                ? ""
                : where.stream().collect(Collectors.joining(" and ", " where ", "")),
            id,
            value(rows, "bigint"));
  }

  private String value(Object value, String type) {
    values.addValue(value instanceof Integer number ? (Object) number.longValue() : value);
    return "$" + values.size() + "::" + type;
  }
}
