package io.millrace.store;

import io.millrace.run.Outcome;
import io.millrace.run.OutputCounts;
import io.millrace.run.RunId;
import io.millrace.run.Usage;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes the ends of attempts: one statement for all that ended meanwhile.
final class FinishRuns {
  private static final Logger LOG = LoggerFactory.getLogger(FinishRuns.class);

  /// Values: node, epoch, then a column each of the ends, which are sorted by id, then of the
  /// output.
  ///
  /// Only rows count that are still claimed as the attempt says. The lateral look-up takes and
  /// locks them one after the other, so in id order; a join would read all that the node has
  /// claimed. Everything else follows from these.
  private static final String FINISH =
      """
      with given as materialized (
        select * from unnest(
          $3::uuid[], $4::integer[], $5::text[], $6::text[], $7::smallint[], $8::smallint[], $9::text[], $10::bigint[],
          $11::timestamptz[], $12::timestamptz[], $13::bigint[], $14::bigint[], $15::timestamptz[],
          $16::bigint[], $17::bigint[], $18::bigint[], $19::bigint[], $20::timestamptz[], $21::boolean[]
        ) given (
          id, attempt, status, outcome, exit_code, signal, outcome_text, outcome_limit,
          started_at, finished_at, cpu_micros, max_memory_bytes, stop_requested_at,
          stdout_bytes, stderr_bytes, truncated_bytes, first_offset, retry_at, retry_later)
      ),
      ours as materialized (
        select given.*, q.concurrency_key
        from given cross join lateral (
          select concurrency_key from run_queue
          where run_id = given.id and state = 'claimed' and node = $1::text and epoch = $2::bigint and attempt = given.attempt
          for update) q
      ),
      ended as (
        update run set
          status = ours.status, node = $1::text, attempt = ours.attempt, first_offset = ours.first_offset,
          started_at = ours.started_at, finished_at = ours.finished_at,
          outcome = ours.outcome, exit_code = ours.exit_code, signal = ours.signal, outcome_text = ours.outcome_text,
          outcome_limit = ours.outcome_limit, cpu_micros = ours.cpu_micros, max_memory_bytes = ours.max_memory_bytes,
          stop_requested_at = ours.stop_requested_at,
          stdout_bytes = ours.stdout_bytes, stderr_bytes = ours.stderr_bytes, truncated_bytes = ours.truncated_bytes
        from ours
        where run.id = ours.id and ours.retry_at is null
      ),
      attempts as (
        insert into run_attempt (
          run_id, attempt, first_offset, started_at, finished_at, outcome, exit_code, signal, outcome_text, outcome_limit)
        select id, attempt, first_offset, started_at, finished_at, outcome, exit_code, signal, outcome_text, outcome_limit
        from ours where retry_at is not null or attempt > 1
      ),
      output as (
        insert into run_output (run_id, first_offset, bytes, frames)
        select piece.* from unnest($22::uuid[], $23::bigint[], $24::bytea[], $25::bytea[])
          piece (run_id, first_offset, bytes, frames)
        where exists (select from ours where ours.id = piece.run_id)
        on conflict do nothing
      ),
      gone as (
        delete from run_queue using ours where run_queue.run_id = ours.id and ours.retry_at is null
      ),
      again as (
        update run_queue set
          state = case when ours.retry_later then 'scheduled' when ours.concurrency_key is null then 'ready' else 'held' end,
          ready_at = ours.retry_at, claim = null,
          stop_requested_at = null, stop_by = null, stop_grace_ms = null,
          stdout_bytes = ours.stdout_bytes, stderr_bytes = ours.stderr_bytes, truncated_bytes = ours.truncated_bytes
        from ours where run_queue.run_id = ours.id and ours.retry_at is not null
      )
      select id, concurrency_key from ours\
      """;

  /// Ends that an earlier, unanswered try had stored already.
  private static final String FIND_STORED =
      """
      select given.id from unnest($2::uuid[], $3::integer[]) given (id, attempt)
      where exists (
          select from run where run.id = given.id and run.status is not null and run.attempt = given.attempt
            and run.node = $1::text and run.id between $4::uuid and $5::uuid)
        or exists (
          select from run_attempt a where a.run_id = given.id and a.attempt = given.attempt
            and a.run_id between $4::uuid and $5::uuid)\
      """;

  private final Database database;
  private final ConcurrencyKeys keys;

  FinishRuns(Database database, ConcurrencyKeys keys) {
    this.database = database;
    this.keys = keys;
  }

  Future<Set<RunId>> finish(NodeEpoch me, List<Finished> ends) {
    return ends.isEmpty()
        ? Future.succeededFuture(Set.of())
        : once(me, ends)
            .recover(
                failure ->
                    Failures.of(failure) == Failures.DATA
                        ? apart(me, ends, failure)
                        : Future.failedFuture(failure));
  }

  private Future<Set<RunId>> once(NodeEpoch me, List<Finished> ends) {
    return database
        .move(FINISH, values(me, ends))
        .compose(
            rows -> {
              var ours = ids(rows);
              var freed = ConcurrencyKeys.texts(rows, 1);
              // What fails here is made good by the next promote.
              var settled = keys.settle(Set.copyOf(freed)).otherwiseEmpty();
              return settled.compose(
                  done ->
                      ours.size() == ends.size()
                          ? Future.succeededFuture(ours)
                          : withStored(me, ends, ours));
            });
  }

  /// Halves the ends until the one that PostgreSQL refuses is alone. That one is written as lost,
  /// without its output: a run must come to its end.
  private Future<Set<RunId>> apart(NodeEpoch me, List<Finished> ends, Throwable failure) {
    if (ends.size() == 1) {
      var end = ends.getFirst();
      LOG.error(
          "run {}: its end cannot be stored, so it is lost: {}", end.id(), failure.toString());
      return once(me, List.of(lost(end, failure)));
    }
    int half = ends.size() / 2;
    return finish(me, ends.subList(0, half))
        .compose(
            first ->
                finish(me, ends.subList(half, ends.size()))
                    .map(
                        second -> {
                          var ours = new HashSet<>(first);
                          ours.addAll(second);
                          return ours;
                        }));
  }

  private static Finished lost(Finished end, Throwable failure) {
    return new Finished(
        end.id(),
        end.attempt(),
        end.startedAt(),
        end.finishedAt(),
        new Outcome.Lost("the database refuses its end: " + failure.getMessage()),
        Usage.NONE,
        OutputCounts.ZERO,
        end.stopRequestedAt(),
        Optional.empty(),
        0,
        List.of());
  }

  private Future<Set<RunId>> withStored(NodeEpoch me, List<Finished> ends, Set<RunId> ours) {
    var others = ends.stream().filter(end -> !ours.contains(end.id())).toList();
    var values =
        new RowArrays<>(others, Tuple.of(me.node()))
            .uuid(end -> end.id().uuid())
            .int4(Finished::attempt)
            .tuple()
            .addUUID(first(others))
            .addUUID(last(others));
    return database
        .move(FIND_STORED, values)
        .map(
            rows -> {
              ours.addAll(ids(rows));
              return ours;
            });
  }

  private static Tuple values(NodeEpoch me, List<Finished> ends) {
    record End(Finished facts, OutcomeColumns outcome) {}
    var columns =
        new RowArrays<>(
                ends.stream().map(end -> new End(end, OutcomeColumns.of(end.outcome()))).toList(),
                Tuple.of(me.node(), me.epoch()))
            .uuid(end -> end.facts().id().uuid())
            .int4(end -> end.facts().attempt())
            .text(end -> end.facts().outcome().status().word())
            .text(end -> end.outcome().kind())
            .int2(end -> end.outcome().exitCode())
            .int2(end -> end.outcome().signal())
            .text(end -> end.outcome().text())
            .int8(end -> end.outcome().limit())
            .time(end -> end.facts().startedAt().orElse(null))
            .time(end -> end.facts().finishedAt())
            .int8(end -> end.facts().usage().cpu().toNanos() / 1000)
            .int8(end -> end.facts().usage().maxMemoryBytes())
            .time(end -> end.facts().stopRequestedAt().orElse(null))
            .int8(end -> end.facts().output().stdoutBytes())
            .int8(end -> end.facts().output().stderrBytes())
            .int8(end -> end.facts().output().truncatedBytes())
            .int8(end -> end.facts().firstOffset())
            .time(end -> end.facts().retryAt().orElse(null))
            .bool(
                end ->
                    end.facts().retryAt().filter(end.facts().finishedAt()::isBefore).isPresent());
    record Piece(RunId run, OutputRow row) {}
    var pieces = new ArrayList<Piece>();
    ends.forEach(end -> end.rows().forEach(row -> pieces.add(new Piece(end.id(), row))));
    return new RowArrays<>(pieces, columns.tuple())
        .uuid(piece -> piece.run().uuid())
        .int8(piece -> piece.row().firstOffset())
        .bytes(piece -> piece.row().bytes())
        .bytes(piece -> piece.row().frames())
        .tuple();
  }

  private static UUID first(List<Finished> ends) {
    return ends.stream().map(Finished::id).min(Comparator.naturalOrder()).orElseThrow().uuid();
  }

  private static UUID last(List<Finished> ends) {
    return ends.stream().map(Finished::id).max(Comparator.naturalOrder()).orElseThrow().uuid();
  }

  private static Set<RunId> ids(RowSet<Row> rows) {
    var ids = new HashSet<RunId>();
    rows.forEach(row -> ids.add(new RunId(row.getUUID(0))));
    return ids;
  }
}
