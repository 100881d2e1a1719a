package io.millrace.store;

import static io.millrace.store.StoreFixture.filter;
import static io.millrace.store.StoreFixture.only;

import io.millrace.run.RunFilter;
import io.millrace.run.RunId;
import io.millrace.run.RunStatus;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Pages of a history made by [HistoryRows]: every single filter, at the newest end, in the middle
/// and near the oldest end.
final class HistoryPages {
  static final YearMonth LAST = YearMonth.of(2026, 8);
  static final int MONTHS = 12;
  private static final int LIMIT = 50;
  private static final Pattern BUFFERS =
      Pattern.compile("Buffers: shared(?: hit=(\\d+))?(?: read=(\\d+))?");

  private static final Pattern ROWS = Pattern.compile("actual time=\\S+ rows=([0-9.]+)");

  private HistoryPages() {}

  record Page(String name, RunFilter filter, Optional<RunId> before) {}

  static List<Page> all() {
    var filters = new ArrayList<Map.Entry<String, RunFilter>>();
    filters.add(Map.entry("no filter", RunFilter.ALL));
    for (var status : RunStatus.values()) {
      filters.add(Map.entry("status=" + status.word(), only(status)));
    }
    filters.add(Map.entry("two statuses", only(RunStatus.FAILED, RunStatus.LOST)));
    filters.add(Map.entry("unit", filter(Set.of(), "unit-3", null, Map.of(), null)));
    filters.add(Map.entry("node", filter(Set.of(), null, "here", Map.of(), null)));
    filters.add(Map.entry("rare node", filter(Set.of(), null, "rare", Map.of(), null)));
    filters.add(Map.entry("unknown node", filter(Set.of(), null, "nowhere", Map.of(), null)));
    filters.add(Map.entry("label", filter(Set.of(), null, null, Map.of("team", "t3"), null)));
    filters.add(
        Map.entry("unknown label", filter(Set.of(), null, null, Map.of("team", "x"), null)));
    filters.add(Map.entry("name", filter(Set.of(), null, null, Map.of(), "name-7")));
    filters.add(Map.entry("since", between(at(LAST.minusMonths(6)), null)));
    filters.add(Map.entry("until", between(null, at(LAST.minusMonths(6)))));
    var pages = new ArrayList<Page>();
    for (var each : filters) {
      pages.add(new Page(each.getKey(), each.getValue(), Optional.empty()));
      pages.add(new Page(each.getKey() + ", middle", each.getValue(), id(LAST.minusMonths(5))));
      pages.add(
          new Page(each.getKey() + ", old", each.getValue(), id(LAST.minusMonths(MONTHS - 2))));
    }
    return pages;
  }

  /// The plan as it was carried out, with all it touched.
  static String explain(StoreFixture store, Page page) {
    var query = ListRuns.query(page.filter(), page.before(), 0, LIMIT + 1);
    var plan = new StringBuilder();
    store
        .database
        .read("explain (analyze, buffers) " + query.text(), query.values())
        .await()
        .forEach(row -> plan.append(row.getString(0)).append('\n'));
    return plan.toString();
  }

  /// How many blocks a plan touched for each row it brought, and one: what a page costs, on a busy
  /// machine too.
  static double blocksPerRow(String plan) {
    int planning = plan.indexOf("Planning:");
    var execution = planning < 0 ? plan : plan.substring(0, planning);
    var blocks = BUFFERS.matcher(execution);
    var rows = ROWS.matcher(execution);
    return blocks.find() && rows.find()
        ? (number(blocks.group(1)) + number(blocks.group(2)))
            / (Double.parseDouble(rows.group(1)) + 1)
        : 0;
  }

  /// Answers with the number of runs.
  static int read(StoreFixture store, Page page) {
    return store
        .runs
        .list(
            page.filter(),
            page.before().<Position>map(Position.Before::new).orElseGet(Position.Newest::new),
            LIMIT,
            StoreFixture.LONG,
            FreshOutput.NONE)
        .await()
        .items()
        .size();
  }

  private static long number(String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

  private static Optional<RunId> id(YearMonth month) {
    return Optional.of(new RunId(RunId.lowerBound(at(month))));
  }

  private static Instant at(YearMonth month) {
    return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private static RunFilter between(Instant since, Instant until) {
    return new RunFilter(
        Set.of(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Optional.ofNullable(since),
        Optional.ofNullable(until),
        Optional.empty(),
        Optional.empty());
  }
}
