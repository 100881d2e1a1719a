package io.millrace.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.run.Limits;
import io.millrace.run.OnConflict;
import io.millrace.run.Outcome;
import io.millrace.run.OutputCounts;
import io.millrace.run.ProcessEnd;
import io.millrace.run.Retry;
import io.millrace.run.Run;
import io.millrace.run.RunFilter;
import io.millrace.run.RunId;
import io.millrace.run.RunStatus;
import io.millrace.run.Stdin;
import io.millrace.run.StopRequest;
import io.millrace.run.Submission;
import io.millrace.run.Usage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// A database with its stores and a node, and short words for what tests do with them.
final class StoreFixture implements AutoCloseable {
  static final int NO_LIMIT = Integer.MAX_VALUE;
  static final Duration LONG = Duration.ofSeconds(30);

  final DatabaseSettings settings;
  final Vertx vertx = Vertx.vertx();
  final Database database;
  final RunStore runs;
  final OutputStore outputs;
  final NodeStore nodes;
  final NodeEpoch me;
  final RunId.Generator ids = new RunId.Generator(InstantSource.system());

  StoreFixture(DatabaseSettings settings) {
    this(settings, Database.Patience.DEFAULT);
  }

  StoreFixture(DatabaseSettings settings, Database.Patience patience) {
    this.settings = settings;
    database = Database.open(vertx, settings, patience);
    runs = new RunStore(database);
    outputs = new OutputStore(database);
    nodes = new NodeStore(database);
    me = nodes.register("here").await();
  }

  @Override
  public void close() {
    database.close().await();
    vertx.close().await();
  }

  /// Removes all runs, so that a test begins with an empty queue.
  void clear() {
    database
        .move(
            connection ->
                connection
                    .query(
                        "truncate run, run_queue, run_output, run_attempt, run_label,"
                            + " idempotency_key")
                    .execute())
        .await();
  }

  NewRun run(Submission submission) {
    return new NewRun(ids.next(), submission, Optional.empty());
  }

  NewRun run(String script) {
    return run(Submission.of(script));
  }

  NewRun idempotent(String key, String script) {
    return new NewRun(
        ids.next(),
        Submission.of(script),
        Optional.of(new Idempotency(key, script.getBytes(UTF_8))));
  }

  List<Accepted> insert(int freeSlots, NewRun... given) {
    return runs.insert(List.of(given), me, freeSlots, NO_LIMIT).await();
  }

  /// Waits in the queue, unclaimed.
  RunId queued(Submission submission) {
    var run = run(submission);
    insert(0, run);
    return run.id();
  }

  RunId queued(String script) {
    return queued(Submission.of(script));
  }

  /// Is claimed by this node, as its first attempt.
  RunId running(Submission submission) {
    var run = run(submission);
    if (insert(1, run).getFirst() instanceof Accepted.Inserted(boolean claimed, var c, var r)
        && !claimed) {
      claim(NO_LIMIT);
    }
    return run.id();
  }

  RunId running(String script) {
    return running(Submission.of(script));
  }

  List<RunId> claim(int limit) {
    return runs.claim(me, Math.min(limit, 10_000)).await().stream()
        .map(claimed -> claimed.run().id())
        .toList();
  }

  boolean finish(RunId id, Outcome outcome, OutputRow... rows) {
    return finish(end(id, 1, outcome, Optional.empty(), rows));
  }

  boolean finish(Finished end) {
    return runs.finish(me, List.of(end)).await().contains(end.id());
  }

  /// Stores output of a first attempt ahead of its end.
  boolean append(RunId id, List<OutputRow> rows) {
    return outputs.append(me, id, 1, rows).await();
  }

  /// Remembers that a first attempt is to stop.
  boolean requestStop(RunId id, StopRequest request) {
    return runs.requestStop(me, id, 1, request).await();
  }

  static Finished end(
      RunId id, int attempt, Outcome outcome, Optional<Instant> retryAt, OutputRow... rows) {
    long bytes = rows.length == 0 ? 0 : rows[rows.length - 1].nextOffset();
    long first = rows.length == 0 ? 0 : rows[0].firstOffset();
    var now = Instant.now().truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
    return new Finished(
        id,
        attempt,
        Optional.of(now.minusMillis(5)),
        now,
        outcome,
        new Usage(Duration.ofMillis(3), 4096),
        new OutputCounts(bytes, bytes, 0, 0),
        Optional.empty(),
        retryAt,
        first,
        List.of(rows));
  }

  static Outcome exited(int code) {
    return new Outcome.Ended(new ProcessEnd.Exited(code));
  }

  static OutputRow row(long offset, String text) {
    return row(offset, text.getBytes(UTF_8));
  }

  /// All of it stdout, in one frame.
  static OutputRow row(long offset, byte[] bytes) {
    var frames = ByteBuffer.allocate(16);
    frames.putLong(1_700_000_000_000L << 8 | 1).putLong(offset + bytes.length);
    return new OutputRow(offset, bytes, frames.array());
  }

  Run find(RunId id) {
    return runs.find(id).await().orElseThrow();
  }

  RunStatus status(RunId id) {
    return find(id).status();
  }

  RunPage list(RunFilter filter, Position position, int limit) {
    return runs.list(filter, position, limit, LONG, FreshOutput.NONE).await();
  }

  List<RunId> all(RunFilter filter) {
    return idsOf(list(filter, new Position.Newest(), 500));
  }

  static List<RunId> idsOf(RunPage page) {
    return page.items().stream().map(Run::id).toList();
  }

  /// Everything, page by page.
  List<RunId> paged(RunFilter filter, int limit) {
    var ids = new ArrayList<RunId>();
    Position position = new Position.Newest();
    while (true) {
      var page = list(filter, position, limit);
      ids.addAll(idsOf(page));
      if (page.continueBefore().isEmpty()) {
        return ids;
      }
      position = new Position.Before(page.continueBefore().get());
    }
  }

  static <T> List<T> await(List<Future<T>> futures) {
    return Future.all(futures).await().<T>list();
  }

  static RunFilter only(RunStatus... statuses) {
    return filter(Set.of(statuses), null, null, Map.of(), null);
  }

  static RunFilter text(String text) {
    return new RunFilter(
        Set.of(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(text));
  }

  static RunFilter filter(
      Set<RunStatus> statuses, String unit, String node, Map<String, String> labels, String name) {
    return new RunFilter(
        statuses,
        Optional.ofNullable(unit),
        Optional.ofNullable(node),
        labels,
        Optional.empty(),
        Optional.empty(),
        Optional.ofNullable(name),
        Optional.empty());
  }

  /// A submission with some of its fields.
  static final class Ask {
    private String name;
    private String unit;
    private int priority;
    private Map<String, String> labels = Map.of();
    private String key;
    private OnConflict onConflict = OnConflict.QUEUE;
    private Instant runAt;
    private Retry retry = Retry.NEVER;

    Ask name(String value) {
      name = value;
      return this;
    }

    Ask unit(String value) {
      unit = value;
      return this;
    }

    Ask priority(int value) {
      priority = value;
      return this;
    }

    Ask label(String key, String value) {
      labels = Map.of(key, value);
      return this;
    }

    Ask labels(Map<String, String> all) {
      labels = all;
      return this;
    }

    Ask key(String value, OnConflict conflict) {
      key = value;
      onConflict = conflict;
      return this;
    }

    Ask runAt(Instant value) {
      runAt = value;
      return this;
    }

    Ask retry(int attempts) {
      return retry(attempts, Duration.ZERO);
    }

    Ask retry(int attempts, Duration delay) {
      retry = new Retry(attempts, delay, 1);
      return this;
    }

    Submission submission() {
      return new Submission(
          unit == null ? Optional.of("true") : Optional.empty(),
          Optional.ofNullable(unit),
          Optional.ofNullable(name),
          List.of(),
          Map.of(),
          Optional.empty(),
          Optional.empty(),
          new Stdin.None(),
          Submission.DEFAULT_TIMEOUT,
          Submission.DEFAULT_GRACE,
          priority,
          labels,
          Limits.NONE,
          OptionalInt.empty(),
          Submission.DEFAULT_UMASK,
          false,
          false,
          Optional.empty(),
          Optional.ofNullable(key),
          onConflict,
          Optional.ofNullable(runAt),
          retry,
          Optional.empty());
    }
  }
}
