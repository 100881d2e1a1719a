package io.millrace.store;

import io.millrace.run.RunFilter;
import io.millrace.run.RunId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/// Looks for a text in the output of runs, newest first, until there are enough, or the time is
/// over.
///
/// Bytes are compared, not characters. A match may lie across several rows, but not across a gap.
/// Work is cut in statements of bounded size, so that the clock is looked at often; a run that is
/// larger than that is searched in several. A run whose output may not all be stored yet is
/// searched by itself, by those who have the rest.
///
/// A run for which the time did not suffice is left to the next page, where it comes first. If it
/// does not suffice there either, the run counts as looked at: else nobody would get past it.
final class SearchText {
  private static final int RUNS_AT_ONCE = 500;
  private static final long BYTES_AT_ONCE = 16L << 20;
  private static final int ROWS_AT_ONCE = 64;

  /// Sizes of the next runs; `octet_length` reads no bytes.
  private static final String SIZE =
      """
      with page as materialized (%s)
      select page.id, coalesce((select sum(octet_length(o.bytes)) from run_output o where o.run_id = page.id), 0)::bigint
      from page order by page.id desc\
      """;

  /// Rows are put together with the end of what came directly before them; `island` counts the
  /// gaps.
  ///
  /// Values: ids, the text, its length, first and last offset of the rows to look at.
  private static final String MATCH =
      """
      select ids.id
      from unnest($1::uuid[]) ids (id)
      where exists (
        select from (
          select bytes, string_agg(ending, ''::bytea) over (
              partition by island order by first_offset rows between 64 preceding and 1 preceding) as before
          from (
            select first_offset, bytes,
              substring(bytes from greatest(1, octet_length(bytes) - $3::integer + 2)) as ending,
              count(*) filter (where after_gap) over (order by first_offset) as island
            from (
              select o.first_offset, o.bytes, o.first_offset is distinct from
                lag(o.first_offset + octet_length(o.bytes)) over (order by o.first_offset) as after_gap
              from run_output o
              where o.run_id = ids.id and o.first_offset between $4::bigint and $5::bigint
            ) pieces
          ) islands
        ) joined
        where position($2::bytea in coalesce(
          substring(before from greatest(1, octet_length(before) - $3::integer + 2)), ''::bytea) || bytes) > 0)
      order by ids.id desc\
      """;

  private static final String FIND_ROWS =
      """
      select first_offset from run_output where run_id = $1::uuid and first_offset >= $2::bigint
      order by first_offset limit $3::integer\
      """;

  private final Database database;

  SearchText(Database database) {
    this.database = database;
  }

  /// @param searchedBackTo everything created since then has been looked at
  /// @param continueBefore where to go on; empty when all has been looked at
  record Found(List<RunId> ids, Instant searchedBackTo, Optional<RunId> continueBefore) {}

  Future<Found> search(
      RunFilter filter,
      Optional<RunId> before,
      long offset,
      int limit,
      Duration budget,
      FreshOutput fresh) {
    var text = filter.text().orElseThrow().getBytes(StandardCharsets.UTF_8);
    var task = new Task(filter, text, offset, limit, System.nanoTime() + budget.toNanos(), fresh);
    task.before = before;
    return next(task);
  }

  /// One search's progress, used by one step after the other.
  private static final class Task {
    final RunFilter filter;
    final byte[] text;
    final int limit;
    final long limitNanos;
    final FreshOutput fresh;

    /// Asked for before anything is read: what ends meanwhile is stored then.
    final Set<RunId> unstored;

    final List<RunId> found = new ArrayList<>();
    long toSkip;
    Optional<RunId> before = Optional.empty();

    /// Whether a run has been looked at: one that comes later had less than the whole time.
    boolean begun;

    Task(
        RunFilter filter, byte[] text, long toSkip, int limit, long limitNanos, FreshOutput fresh) {
      this.filter = filter;
      this.text = text;
      this.toSkip = toSkip;
      this.limit = limit;
      this.limitNanos = limitNanos;
      this.fresh = fresh;
      this.unstored = Set.copyOf(fresh.runs(filter));
    }

    /// Newest first: stored candidates, and those with unstored output that belong among them.
    ///
    /// @param last whether no stored ones come behind these
    List<Sized> candidates(List<Sized> stored, boolean last) {
      var all = new TreeMap<RunId, Sized>(Comparator.reverseOrder());
      stored.forEach(each -> all.put(each.id(), each));
      Optional<RunId> lowest =
          last ? Optional.empty() : Optional.of(stored.getLast()).map(Sized::id);
      unstored.stream()
          .filter(id -> before.filter(run -> id.compareTo(run) >= 0).isEmpty())
          .filter(id -> lowest.filter(run -> id.compareTo(run) < 0).isEmpty())
          .forEach(id -> all.put(id, new Sized(id, 0, true)));
      return List.copyOf(all.values());
    }

    boolean enough() {
      return found.size() == limit || isLate();
    }

    boolean isLate() {
      return System.nanoTime() - limitNanos >= 0;
    }

    /// Takes what was looked at, newest first; stops at the last one that still fits on the page.
    void take(List<RunId> looked, List<RunId> matches) {
      for (var id : looked) {
        if (found.size() == limit) {
          return;
        }
        before = Optional.of(id);
        begun = true;
        if (matches.contains(id) && toSkip-- <= 0) {
          found.add(id);
        }
      }
    }

    Found stop() {
      return new Found(found, before.map(RunId::createdAt).orElse(Instant.EPOCH), before);
    }

    Found end() {
      var back = filter.since().or(() -> before.map(RunId::createdAt)).orElse(Instant.EPOCH);
      return new Found(found, back, Optional.empty());
    }
  }

  /// @param alone whether it is to be searched by itself, wherever its output lies
  private record Sized(RunId id, long bytes, boolean alone) {}

  /// What came of a portion.
  ///
  /// @param whole whether it was searched to its end
  private record Looked(List<RunId> matches, boolean whole) {}

  private Future<Found> next(Task task) {
    var ids = PageSql.idsToSearch(task.filter, task.before, RUNS_AT_ONCE);
    return database
        .read(SIZE.formatted(ids.text()), ids.values())
        .compose(
            rows -> {
              var stored = new ArrayList<Sized>(rows.size());
              rows.forEach(
                  row -> stored.add(new Sized(new RunId(row.getUUID(0)), row.getLong(1), false)));
              return through(task, task.candidates(stored, rows.size() < RUNS_AT_ONCE));
            });
  }

  /// Goes through candidates in portions; then asks for more of them.
  private Future<Found> through(Task task, List<Sized> candidates) {
    if (candidates.isEmpty()) {
      return Future.succeededFuture(task.end());
    }
    var portion = portion(candidates);
    var looked = portion.stream().map(Sized::id).toList();
    return matches(task, portion)
        .compose(
            look -> {
              if (look.whole() || !task.begun) {
                task.take(looked, look.matches());
              }
              if (!look.whole() || task.enough()) {
                return Future.succeededFuture(task.stop());
              }
              var rest = candidates.subList(portion.size(), candidates.size());
              return rest.isEmpty() ? next(task) : through(task, rest);
            });
  }

  /// At least one.
  private static List<Sized> portion(List<Sized> candidates) {
    long bytes = candidates.getFirst().bytes();
    int count = 1;
    while (count < candidates.size()
        && !candidates.getFirst().alone()
        && !candidates.get(count).alone()
        && bytes + candidates.get(count).bytes() <= BYTES_AT_ONCE) {
      bytes += candidates.get(count++).bytes();
    }
    return candidates.subList(0, count);
  }

  private Future<Looked> matches(Task task, List<Sized> portion) {
    var first = portion.getFirst();
    if (first.alone()) {
      return task.fresh
          .look(first.id(), task.text, task.limitNanos)
          .map(look -> looked(first.id(), look));
    }
    if (first.bytes() > BYTES_AT_ONCE) {
      return within(task, first.id(), 0);
    }
    var worth =
        portion.stream()
            .filter(run -> run.bytes() >= task.text.length)
            .map(run -> run.id().uuid())
            .toArray(UUID[]::new);
    return worth.length == 0
        ? Future.succeededFuture(new Looked(List.of(), true))
        : match(task, worth, 0, Long.MAX_VALUE).map(matches -> new Looked(matches, true));
  }

  private static Looked looked(RunId id, FreshOutput.Look look) {
    return switch (look) {
      case FOUND -> new Looked(List.of(id), true);
      case NOT_FOUND -> new Looked(List.of(), true);
      case UNFINISHED -> new Looked(List.of(), false);
    };
  }

  /// Searches a large run some rows at a time, each time beginning with the last one of before.
  private Future<Looked> within(Task task, RunId id, long from) {
    return database
        .read(FIND_ROWS, Tuple.of(id.uuid(), from, ROWS_AT_ONCE))
        .compose(
            rows -> {
              long last = from;
              for (var row : rows) {
                last = row.getLong(0);
              }
              long end = last;
              return match(task, new UUID[] {id.uuid()}, from, end)
                  .compose(
                      matches -> {
                        boolean whole = !matches.isEmpty() || rows.size() < ROWS_AT_ONCE;
                        return whole || task.isLate()
                            ? Future.succeededFuture(new Looked(matches, whole))
                            : within(task, id, end);
                      });
            });
  }

  private Future<List<RunId>> match(Task task, UUID[] ids, long from, long to) {
    return database
        .read(MATCH, Tuple.of(ids, Buffer.buffer(task.text), task.text.length, from, to))
        .map(
            rows -> {
              var matches = new ArrayList<RunId>();
              rows.forEach(row -> matches.add(new RunId(row.getUUID(0))));
              return matches;
            });
  }
}
