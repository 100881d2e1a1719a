package io.millrace.store;

import io.millrace.run.OnConflict;
import io.millrace.run.RunId;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// Group commit of submissions: the rows, and what stands in their way.
///
/// Nearly all batches are one statement. What asks for more, an idempotency key, a concurrency key
/// that rejects or replaces, a queue that is nearly full, gets a transaction ([InsertChecks]).
final class InsertRuns {
  private static final int UNLUCKY_TRIES = 5;

  private final Database database;
  private final ConcurrencyKeys keys;
  private final Withdrawals withdrawals;
  private final QueueRoom room = new QueueRoom();

  InsertRuns(Database database, ConcurrencyKeys keys, Withdrawals withdrawals) {
    this.database = database;
    this.keys = keys;
    this.withdrawals = withdrawals;
  }

  /// One call's bookkeeping, used by one step after the other.
  private static final class Call {
    final NodeEpoch me;
    final int maxQueued;

    /// No new try begins after this, so that the last one ends within three times the patience.
    final long lastTryNanos;

    final Map<RunId, Accepted> answers = new HashMap<>();

    /// Stored, or perhaps stored: to be withdrawn if the call fails.
    final Set<RunId> suspects = new HashSet<>();

    /// Backends that have not answered.
    final Set<Integer> silent = new HashSet<>();

    int freeSlots;
    int unlucky;
    int backend;

    Call(NodeEpoch me, int freeSlots, int maxQueued, Duration patience) {
      this.lastTryNanos = System.nanoTime() + patience.toNanos();
      this.me = me;
      this.freeSlots = freeSlots;
      this.maxQueued = maxQueued;
    }

    boolean mayTry() {
      return System.nanoTime() - lastTryNanos < 0;
    }
  }

  Future<List<Accepted>> insert(List<NewRun> runs, NodeEpoch me, int freeSlots, int maxQueued) {
    var call = new Call(me, freeSlots, maxQueued, database.patience().use());
    var done = withdrawals.carryOut(me);
    for (var piece : InsertRounds.of(runs)) {
      done = done.compose(before -> store(piece, call));
    }
    return done.map(all -> inOrder(runs, call))
        .recover(
            failure -> {
              withdrawals.add(call.suspects, call.silent);
              return Future.failedFuture(Failures.told(failure));
            });
  }

  private static List<Accepted> inOrder(List<NewRun> runs, Call call) {
    return runs.stream()
        .map(run -> Objects.requireNonNull(call.answers.get(run.id()), "every run has an answer"))
        .toList();
  }

  private Future<Void> store(List<NewRun> piece, Call call) {
    return piece.isEmpty()
        ? Future.succeededFuture()
        : once(piece, call).recover(failure -> after(failure, piece, call));
  }

  private Future<Void> once(List<NewRun> piece, Call call) {
    boolean fits = room.surelyFits(piece.size(), call.maxQueued);
    boolean plain = fits && piece.stream().noneMatch(InsertChecks::needed);
    return plain
        ? database
            .moveOrTell(
                connection -> {
                  call.backend = PgConnection.cast(connection).processId();
                  return rows(connection, piece, call);
                })
            .compose(answers -> stored(piece, answers, call))
        : database
            .transactionOrTell(
                connection -> {
                  call.backend = PgConnection.cast(connection).processId();
                  return checked(connection, piece, fits, call);
                })
            .compose(answers -> stored(piece, answers, call));
  }

  private Future<Map<RunId, Accepted>> checked(
      SqlConnection connection, List<NewRun> piece, boolean fits, Call call) {
    var checks = new InsertChecks(connection, piece);
    return checks
        .lockKeys()
        .compose(locked -> checks.takeIdempotencyKeys())
        .compose(taken -> checks.rejectRivals())
        .compose(
            rejected ->
                fits
                    ? Future.succeededFuture()
                    : room.count(connection, call.maxQueued, piece.size())
                        .compose(count -> checks.limit(count, call.maxQueued, call.freeSlots)))
        .compose(limited -> checks.replaceRivals())
        .compose(
            replaced ->
                rows(connection, checks.left(), call)
                    .map(
                        inserted -> {
                          var answers = checks.answers();
                          inserted.forEach(
                              (id, answer) -> answers.put(id, checks.with(id, answer)));
                          return answers;
                        }));
  }

  private static Future<Map<RunId, Accepted>> rows(
      SqlConnection connection, List<NewRun> runs, Call call) {
    if (runs.isEmpty()) {
      return Future.succeededFuture(Map.of());
    }
    return connection
        .preparedQuery(InsertSql.INSERT)
        .execute(values(runs, call))
        .map(
            rows -> {
              var answers = new HashMap<RunId, Accepted>();
              for (var row : rows) {
                answers.put(
                    new RunId(row.getUUID(0)),
                    new Accepted.Inserted(row.getBoolean(1), List.of(), Optional.empty()));
              }
              return answers;
            });
  }

  private static Tuple values(List<NewRun> runs, Call call) {
    var columns =
        new RowArrays<>(runs, Tuple.of(call.me.node(), call.me.epoch(), (long) call.freeSlots))
            .uuid(run -> run.id().uuid())
            .text(InsertRuns::entry)
            .int2(run -> -run.submission().priority())
            .time(InsertRuns::readyAt);
    SubmissionColumns.write(columns);
    record Label(UUID run, String key, String value) {}
    var labels = new ArrayList<Label>();
    for (var run : runs) {
      run.submission()
          .labels()
          .forEach((key, value) -> labels.add(new Label(run.id().uuid(), key, value)));
    }
    return new RowArrays<>(labels, columns.tuple())
        .uuid(Label::run)
        .text(Label::key)
        .text(Label::value)
        .tuple();
  }

  private static String entry(NewRun run) {
    if (later(run).isPresent()) {
      return "scheduled";
    }
    return run.submission().concurrencyKey().isPresent() ? "held" : "ready";
  }

  /// Never before its turn: a `runAt` long past must not overtake what waits.
  private static Instant readyAt(NewRun run) {
    return later(run).orElse(run.turn());
  }

  private static Optional<Instant> later(NewRun run) {
    return run.submission().runAt().filter(run.id().createdAt()::isBefore);
  }

  /// The piece is durable.
  private Future<Void> stored(List<NewRun> piece, Map<RunId, Accepted> answers, Call call) {
    call.answers.putAll(answers);
    var added = new HashSet<String>();
    for (var run : piece) {
      if (call.answers.get(run.id()) instanceof Accepted.Inserted inserted) {
        call.suspects.add(run.id());
        call.freeSlots -= inserted.claimed() ? 1 : 0;
        run.submission().concurrencyKey().ifPresent(added::add);
      }
    }
    // What fails here is made good by the next promote.
    return keys.settle(added).otherwiseEmpty();
  }

  private Future<Void> after(Throwable failure, List<NewRun> piece, Call call) {
    return switch (Failures.of(failure)) {
      case DATA -> apart(failure, piece, call);
      case UNLUCKY ->
          call.mayTry() && call.unlucky++ < UNLUCKY_TRIES
              ? store(piece, call)
              : Future.failedFuture(failure);
      case LOST -> {
        piece.forEach(run -> call.suspects.add(run.id()));
        call.silent.add(call.backend);
        yield call.mayTry()
            ? lookUp(piece, call)
                .compose(
                    left ->
                        left.isEmpty() || call.mayTry()
                            ? store(left, call)
                            : Future.failedFuture(failure))
            : Future.failedFuture(failure);
      }
      case NOT_SENT, AWAY, BUG -> Future.failedFuture(failure);
    };
  }

  /// Halves the piece until the bad row is alone.
  private Future<Void> apart(Throwable failure, List<NewRun> piece, Call call) {
    if (piece.size() == 1) {
      call.answers.put(
          piece.getFirst().id(), new Accepted.Invalid(String.valueOf(failure.getMessage())));
      return Future.succeededFuture();
    }
    int half = piece.size() / 2;
    return store(piece.subList(0, half), call)
        .compose(first -> store(piece.subList(half, piece.size()), call));
  }

  /// Finds out which of a piece were stored by a statement that was not answered; answers with the
  /// others.
  private Future<List<NewRun>> lookUp(List<NewRun> piece, Call call) {
    return database
        .transactionOrTell(
            connection ->
                Withdrawals.endBackends(connection, call.silent)
                    .compose(
                        ended ->
                            connection
                                .preparedQuery(InsertSql.LOOK_UP)
                                .execute(Tuple.of(call.me.node(), call.me.epoch(), ids(piece)))))
        .compose(
            rows -> {
              call.silent.clear();
              var found = new HashMap<RunId, Accepted>();
              for (var row : rows) {
                found.put(
                    new RunId(row.getUUID(0)),
                    new Accepted.Inserted(
                        row.getBoolean(1),
                        List.of(),
                        Optional.ofNullable(row.getUUID(2)).map(RunId::new)));
              }
              return stored(piece, found, call)
                  .map(done -> piece.stream().filter(run -> !found.containsKey(run.id())).toList());
            });
  }

  static UUID[] ids(Collection<NewRun> runs) {
    return runs.stream().map(run -> run.id().uuid()).toArray(UUID[]::new);
  }

  /// Whether a run does not simply wait for its key.
  static boolean contends(NewRun run) {
    return run.submission().concurrencyKey().isPresent()
        && run.submission().onConflict() != OnConflict.QUEUE;
  }
}
