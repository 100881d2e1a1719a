package io.millrace.store;

import io.millrace.run.OnConflict;
import io.millrace.run.RunId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/// What may stand between a submission and its row, asked within the transaction that inserts it:
/// another one of its idempotency key, a rival for its concurrency key, a full queue. Each step
/// answers those it stops, and leaves the others.
final class InsertChecks {
  /// How long an idempotency key is good.
  private static final Duration KEY_LIFE = Duration.ofHours(24);

  private final SqlConnection connection;
  private List<NewRun> left;
  private final Map<RunId, Accepted> answers = new HashMap<>();
  private final Map<String, List<RunId>> replaced = new HashMap<>();
  private final Map<String, RunId> running = new HashMap<>();

  InsertChecks(SqlConnection connection, List<NewRun> piece) {
    this.connection = connection;
    this.left = piece;
  }

  /// Whether `run` asks for more than its row.
  static boolean needed(NewRun run) {
    return run.idempotency().isPresent() || InsertRuns.contends(run);
  }

  /// Those nothing stopped.
  List<NewRun> left() {
    return left;
  }

  /// What the others get for an answer.
  Map<RunId, Accepted> answers() {
    return answers;
  }

  /// The answer to an inserted run, with those it replaced.
  Accepted with(RunId id, Accepted answer) {
    var key =
        left.stream()
            .filter(run -> run.id().equals(id) && replaces(run))
            .findFirst()
            .flatMap(run -> run.submission().concurrencyKey());
    return key.isPresent() && answer instanceof Accepted.Inserted inserted
        ? new Accepted.Inserted(
            inserted.claimed(),
            replaced.getOrDefault(key.get(), List.of()),
            Optional.ofNullable(running.get(key.get())))
        : answer;
  }

  /// From here on nobody else rejects, replaces or settles runs of these keys.
  Future<Void> lockKeys() {
    var keys = keys(InsertRuns::contends);
    return keys.isEmpty() ? Future.succeededFuture() : ConcurrencyKeys.lock(connection, keys);
  }

  Future<Void> takeIdempotencyKeys() {
    record Given(String key, byte[] fingerprint, NewRun run) {}
    var given = new ArrayList<Given>();
    for (var run : left) {
      run.idempotency()
          .ifPresent(idem -> given.add(new Given(idem.key(), idem.fingerprint(), run)));
    }
    if (given.isEmpty()) {
      return Future.succeededFuture();
    }
    var values =
        new RowArrays<>(given)
            .text(Given::key)
            .bytes(Given::fingerprint)
            .uuid(each -> each.run().id().uuid())
            .tuple()
            .addUUID(RunId.lowerBound(oldest().minus(KEY_LIFE)));
    return connection
        .preparedQuery(InsertSql.TAKE_IDEMPOTENCY_KEYS)
        .execute(values)
        .compose(
            won -> {
              var mine = ConcurrencyKeys.texts(won, 0);
              var lost =
                  keysOf(left, run -> idempotencyKey(run).filter(key -> !mine.contains(key)));
              return lost.isEmpty()
                  ? Future.<Void>succeededFuture()
                  : connection
                      .preparedQuery(InsertSql.READ_IDEMPOTENCY_KEYS)
                      .execute(Tuple.of(lost.toArray(String[]::new)))
                      .map(
                          rows -> {
                            answerTaken(rows);
                            return null;
                          });
            });
  }

  private void answerTaken(RowSet<Row> rows) {
    for (var row : rows) {
      var first = new RunId(row.getUUID(2));
      Buffer fingerprint = row.getBuffer(1);
      for (var run : left) {
        var mine = run.idempotency().filter(given -> given.key().equals(row.getString(0)));
        mine.ifPresent(
            given ->
                answers.put(
                    run.id(),
                    fingerprint.equals(Buffer.buffer(given.fingerprint()))
                        ? new Accepted.Same(first)
                        : new Accepted.KeyTaken(first)));
      }
    }
    dropAnswered();
  }

  Future<Void> rejectRivals() {
    var keys = keys(run -> InsertRuns.contends(run) && !replaces(run));
    if (keys.isEmpty()) {
      return Future.succeededFuture();
    }
    return connection
        .preparedQuery(InsertSql.FIND_HOLDERS)
        .execute(Tuple.of(keys.toArray(String[]::new)))
        .compose(
            holders -> {
              var refused = new ArrayList<NewRun>();
              for (var row : holders) {
                for (var run : left) {
                  if (InsertRuns.contends(run)
                      && !replaces(run)
                      && run.submission().concurrencyKey().orElseThrow().equals(row.getString(0))) {
                    answers.put(run.id(), new Accepted.KeyBusy(new RunId(row.getUUID(1))));
                    refused.add(run);
                  }
                }
              }
              return refuse(refused);
            });
  }

  /// Lets as many pass as there is room for; some that start at once need none.
  Future<Void> limit(QueueRoom.Count count, int maxQueued, int freeSlots) {
    long room = Math.max(0, maxQueued - count.queued()) + (count.readyAhead() ? 0 : freeSlots);
    if (left.size() <= room) {
      return Future.succeededFuture();
    }
    var refused = left.subList((int) room, left.size());
    refused.forEach(run -> answers.put(run.id(), new Accepted.QueueFull(count.queued())));
    return refuse(List.copyOf(refused));
  }

  /// Cancels what waits for the keys, and finds what runs.
  Future<Void> replaceRivals() {
    var winners = left.stream().filter(InsertChecks::replaces).toList();
    if (winners.isEmpty()) {
      return Future.succeededFuture();
    }
    var values =
        new RowArrays<>(winners)
            .text(run -> run.submission().concurrencyKey().orElseThrow())
            .text(run -> "replaced by run " + run.id())
            .tuple()
            .addValue(RowArrays.at(oldest()));
    var keys = keys(InsertChecks::replaces).toArray(String[]::new);
    return connection
        .preparedQuery(CancelSql.REPLACE)
        .execute(values)
        .compose(
            gone -> {
              for (var row : gone) {
                replaced
                    .computeIfAbsent(row.getString(1), key -> new ArrayList<>())
                    .add(new RunId(row.getUUID(0)));
              }
              return connection
                  .preparedQuery(InsertSql.FIND_RUNNING)
                  .execute(Tuple.of((Object) keys));
            })
        .map(
            found -> {
              for (var row : found) {
                running.put(row.getString(0), new RunId(row.getUUID(1)));
              }
              return null;
            });
  }

  /// Those that are refused after all give their idempotency keys back.
  private Future<Void> refuse(List<NewRun> refused) {
    dropAnswered();
    var ids = refused.stream().filter(run -> run.idempotency().isPresent()).toList();
    return ids.isEmpty()
        ? Future.succeededFuture()
        : connection
            .preparedQuery(InsertSql.GIVE_IDEMPOTENCY_KEYS_BACK)
            .execute(Tuple.of(InsertRuns.ids(ids)))
            .mapEmpty();
  }

  private void dropAnswered() {
    left = left.stream().filter(run -> !answers.containsKey(run.id())).toList();
  }

  private Instant oldest() {
    return left.stream()
        .map(run -> run.id().createdAt())
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  private static boolean replaces(NewRun run) {
    return InsertRuns.contends(run) && run.submission().onConflict() == OnConflict.REPLACE;
  }

  private static Optional<String> idempotencyKey(NewRun run) {
    return run.idempotency().map(Idempotency::key);
  }

  private List<String> keys(Predicate<NewRun> which) {
    return keysOf(
        left, run -> which.test(run) ? run.submission().concurrencyKey() : Optional.empty());
  }

  private static List<String> keysOf(List<NewRun> runs, Function<NewRun, Optional<String>> key) {
    return runs.stream().map(key).flatMap(Optional::stream).distinct().toList();
  }
}
