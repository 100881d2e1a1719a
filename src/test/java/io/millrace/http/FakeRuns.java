package io.millrace.http;

import io.millrace.bus.Topics;
import io.millrace.run.OnConflict;
import io.millrace.run.Outcome;
import io.millrace.run.OutputCounts;
import io.millrace.run.ProcessEnd;
import io.millrace.run.Run;
import io.millrace.run.RunFilter;
import io.millrace.run.RunId;
import io.millrace.run.RunState;
import io.millrace.run.RunStatus;
import io.millrace.run.Stdin;
import io.millrace.run.StopRequest;
import io.millrace.run.Submission;
import io.millrace.run.Terminal;
import io.millrace.run.Usage;
import io.millrace.runner.CancelAnswer;
import io.millrace.runner.DeleteAnswer;
import io.millrace.runner.Fault;
import io.millrace.runner.HostNeeds;
import io.millrace.runner.InputAnswer;
import io.millrace.runner.OutputSource;
import io.millrace.runner.QueuePlace;
import io.millrace.runner.ResizeAnswer;
import io.millrace.runner.RunService;
import io.millrace.runner.SampleAnswer;
import io.millrace.runner.SubmitAnswer;
import io.millrace.spool.Slice;
import io.millrace.spool.Stream;
import io.millrace.store.Idempotency;
import io.millrace.store.Position;
import io.millrace.store.RunPage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/// The runner, as far as HTTP can tell: runs that only a test starts, writes for and ends.
final class FakeRuns implements RunService, OutputSource {
  static final String REFUSED_USER = "nobody-we-know";
  static final String REFUSED_WORKDIR = "/nowhere-we-know";

  private final Vertx vertx;
  private final RunId.Generator ids = new RunId.Generator(InstantSource.system());
  private final Map<RunId, Run> runs = new TreeMap<>(Comparator.reverseOrder());
  private final Map<RunId, FakeOutput> outputs = new HashMap<>();
  private final Map<RunId, ByteArrayOutputStream> inputs = new HashMap<>();
  private final Map<String, RunId> keys = new HashMap<>();
  private final Map<String, Idempotency> prints = new HashMap<>();
  private final Set<RunId> closedInputs = new HashSet<>();
  private final Set<RunId> fullInputs = new HashSet<>();
  volatile Optional<RuntimeException> broken = Optional.empty();
  volatile boolean queueFull;

  /// What the host was last asked about for a faulty submission.
  volatile Optional<HostNeeds> asked = Optional.empty();

  volatile long clockMillis = Instant.parse("2026-01-02T03:04:05.006Z").toEpochMilli();

  FakeRuns(Vertx vertx) {
    this.vertx = vertx;
  }

  // What a test does.

  synchronized Run last() {
    return runs.values().iterator().next();
  }

  synchronized int count() {
    return runs.size();
  }

  RunId started(Submission submission) {
    RunId id = queued(submission);
    start(id);
    return id;
  }

  synchronized RunId queued(Submission submission) {
    RunId id = ids.next();
    runs.put(
        id,
        new Run(
            id,
            submission,
            new RunState.Queued(id.createdAt()),
            Optional.empty(),
            1,
            List.of(),
            OutputCounts.ZERO));
    outputs.put(id, new FakeOutput());
    inputs.put(id, new ByteArrayOutputStream());
    return id;
  }

  void start(RunId id) {
    change(id, new RunState.Running(Optional.of(id.createdAt().plusMillis(3)), Optional.empty()));
  }

  void write(RunId id, Stream stream, String text) {
    write(id, stream, text.getBytes(StandardCharsets.UTF_8));
  }

  void write(RunId id, Stream stream, byte[] bytes) {
    var counts = output(id).write(stream, bytes, clockMillis);
    synchronized (this) {
      runs.put(id, get(id).with(counts));
    }
    Topics.output(id).publish(vertx.eventBus(), counts);
  }

  synchronized void drop(RunId id, long from, long to) {
    output(id).drop(from, to);
    runs.put(id, get(id).with(output(id).counts()));
  }

  /// As if bytes were dropped after the run was looked up.
  void dropSilently(RunId id, long from, long to) {
    output(id).drop(from, to);
  }

  /// As if the news of its end were lost.
  synchronized void endSilently(RunId id) {
    var end =
        new RunState.Ended(
            Optional.empty(),
            id.createdAt().plusMillis(5),
            new Outcome.Lost("test"),
            Usage.NONE,
            Optional.empty());
    runs.put(id, get(id).in(end));
  }

  void put(Run run) {
    synchronized (this) {
      runs.put(run.id(), run);
    }
    tellAgain(run.id());
  }

  /// How many bytes all readers together have read so far.
  long readBytes(RunId id) {
    return output(id).readBytes();
  }

  void end(RunId id, int code) {
    end(id, new Outcome.Ended(new ProcessEnd.Exited(code)));
  }

  void end(RunId id, Outcome outcome) {
    Optional<Instant> stop =
        get(id).state() instanceof RunState.Running running
            ? running.stop().map(StopRequest::at)
            : Optional.empty();
    change(
        id,
        new RunState.Ended(
            Optional.of(id.createdAt().plusMillis(3)),
            id.createdAt().plusMillis(229),
            outcome,
            new Usage(Duration.ofMillis(12), 3_481_600),
            stop));
  }

  void tellAgain(RunId id) {
    Topics.tellChanged(vertx.eventBus(), get(id));
  }

  synchronized void closeInput(RunId id) {
    closedInputs.add(id);
  }

  synchronized void fillInput(RunId id, boolean full) {
    if (full) {
      fullInputs.add(id);
    } else {
      fullInputs.remove(id);
    }
  }

  synchronized String input(RunId id) {
    return input(id, ByteArrayOutputStream::new).toString(StandardCharsets.UTF_8);
  }

  synchronized boolean isInputClosed(RunId id) {
    return closedInputs.contains(id);
  }

  synchronized Run get(RunId id) {
    return Objects.requireNonNull(runs.get(id));
  }

  void change(RunId id, RunState state) {
    synchronized (this) {
      runs.put(id, get(id).in(state));
    }
    tellAgain(id);
  }

  // What the server asks.

  @Override
  public synchronized Future<SubmitAnswer> submit(
      Submission submission, Optional<Idempotency> idempotency) {
    return answer(submitNow(submission, idempotency));
  }

  @Override
  public Future<List<Fault>> hostFaults(HostNeeds needs) {
    asked = Optional.of(needs);
    return answer(refused(needs.user(), needs.workdir()));
  }

  private static List<Fault> refused(Optional<String> user, Optional<String> workdir) {
    var faults = new ArrayList<Fault>();
    user.filter(REFUSED_USER::equals)
        .ifPresent(name -> faults.add(new Fault("user", "is not known on this host")));
    workdir
        .filter(REFUSED_WORKDIR::equals)
        .ifPresent(path -> faults.add(new Fault("workdir", "is not on this host")));
    return faults;
  }

  private SubmitAnswer submitNow(Submission submission, Optional<Idempotency> idempotency) {
    var refused = refused(submission.user(), submission.workdir());
    if (!refused.isEmpty()) {
      return new SubmitAnswer.Refused(refused);
    }
    if (idempotency.isPresent()) {
      String key = idempotency.get().key();
      RunId first = keys.get(key);
      if (first != null) {
        return idempotency.get().equals(prints.get(key))
            ? new SubmitAnswer.Existing(get(first))
            : new SubmitAnswer.IdempotencyConflict(first);
      }
    }
    if (queueFull) {
      return new SubmitAnswer.QueueFull(100_000, Duration.ofSeconds(5));
    }
    if (submission.onConflict() == OnConflict.REJECT && !runs.isEmpty()) {
      return new SubmitAnswer.KeyBusy(last().id());
    }
    RunId id = queued(submission);
    idempotency.ifPresent(
        given -> {
          keys.put(given.key(), id);
          prints.put(given.key(), given);
        });
    tellAgain(id);
    return new SubmitAnswer.Accepted(get(id));
  }

  @Override
  public synchronized Future<Optional<Run>> find(RunId run) {
    return answer(Optional.ofNullable(runs.get(run)));
  }

  @Override
  public Future<Run> whole(Run run) {
    return answer(run);
  }

  @Override
  public synchronized Future<RunPage> list(RunFilter filter, Position position, int limit) {
    List<Run> all =
        runs.values().stream()
            .filter(run -> filter.statuses().isEmpty() || filter.statuses().contains(run.status()))
            .filter(run -> filter.name().isEmpty() || filter.name().equals(run.submission().name()))
            .filter(
                run -> run.submission().labels().entrySet().containsAll(filter.labels().entrySet()))
            .filter(
                run ->
                    !(position instanceof Position.Before(RunId before))
                        || run.id().compareTo(before) < 0)
            .skip(position instanceof Position.Offset(long count) ? count : 0)
            .toList();
    List<Run> page = new ArrayList<>(all.subList(0, Math.min(limit, all.size())));
    boolean more = all.size() > limit;
    return answer(
        new RunPage(
            page,
            more,
            filter.text().map(text -> Instant.parse("2026-01-01T00:00:00Z")),
            more ? Optional.of(page.getLast().id()) : Optional.empty()));
  }

  @Override
  public Future<CancelAnswer> cancel(RunId run, String reason, Optional<Duration> grace) {
    Run now;
    synchronized (this) {
      if (!runs.containsKey(run)) {
        return answer(new CancelAnswer.Unknown());
      }
      now = get(run);
    }
    switch (now.state()) {
      case RunState.Ended ended -> {
        return answer(new CancelAnswer.AlreadyEnded(now));
      }
      case RunState.Queued queued -> end(run, new Outcome.Cancelled(reason, Optional.empty()));
      case RunState.Running running ->
          change(
              run,
              new RunState.Running(
                  running.startedAt(),
                  Optional.of(
                      new StopRequest(
                          Instant.ofEpochMilli(clockMillis),
                          reason,
                          grace.orElse(now.submission().grace())))));
    }
    return answer(new CancelAnswer.Stopping(get(run)));
  }

  @Override
  public synchronized Future<InputAnswer> input(RunId run, byte[] bytes, boolean eof) {
    return answer(inputNow(run, bytes, eof));
  }

  private InputAnswer inputNow(RunId run, byte[] bytes, boolean eof) {
    if (!runs.containsKey(run)) {
      return InputAnswer.UNKNOWN;
    }
    if (get(run).status() != RunStatus.RUNNING) {
      return InputAnswer.NOT_RUNNING;
    }
    if (get(run).submission().stdin() instanceof Stdin.None
        && get(run).submission().terminal().isEmpty()) {
      return InputAnswer.NO_STDIN;
    }
    if (closedInputs.contains(run)) {
      return InputAnswer.CLOSED;
    }
    if (fullInputs.contains(run)) {
      return InputAnswer.FULL;
    }
    input(run, ByteArrayOutputStream::new).writeBytes(bytes);
    if (eof) {
      closedInputs.add(run);
    }
    return InputAnswer.TAKEN;
  }

  @Override
  public synchronized Future<ResizeAnswer> resize(RunId run, Terminal size) {
    if (!runs.containsKey(run)) {
      return answer(ResizeAnswer.UNKNOWN);
    }
    if (get(run).status() != RunStatus.RUNNING) {
      return answer(ResizeAnswer.NOT_RUNNING);
    }
    return answer(
        get(run).submission().terminal().isEmpty()
            ? ResizeAnswer.NO_TERMINAL
            : ResizeAnswer.RESIZED);
  }

  @Override
  public synchronized Future<SampleAnswer> sample(RunId run) {
    if (!runs.containsKey(run)) {
      return answer(new SampleAnswer.Unknown());
    }
    long now = System.nanoTime();
    return answer(
        get(run).status() == RunStatus.RUNNING
            ? new SampleAnswer.Sampled(
                Instant.EPOCH.plusNanos(now), Duration.ofNanos(now / 2), 4096, 2, 6)
            : new SampleAnswer.NotRunning());
  }

  @Override
  public synchronized Future<DeleteAnswer> delete(RunId run) {
    if (!runs.containsKey(run)) {
      return answer(DeleteAnswer.UNKNOWN);
    }
    if (!get(run).status().ended()) {
      return answer(DeleteAnswer.LIVE);
    }
    runs.remove(run);
    return answer(DeleteAnswer.DELETED);
  }

  @Override
  public synchronized Future<Map<RunId, QueuePlace>> places(Collection<RunId> asked) {
    Map<RunId, QueuePlace> places = new HashMap<>();
    for (RunId run : asked) {
      if (runs.containsKey(run) && get(run).status() == RunStatus.QUEUED) {
        places.put(run, new QueuePlace(4, "all 1000 slots of this node are busy"));
      }
    }
    return answer(places);
  }

  @Override
  public Future<Slice> read(RunId run, long offset, int maxBytes) {
    // Never at once: real readers answer later.
    Promise<Slice> later = Promise.promise();
    vertx.runOnContext(now -> later.complete(output(run).read(offset, maxBytes)));
    return later.future();
  }

  private synchronized FakeOutput output(RunId id) {
    return outputs.computeIfAbsent(id, none -> new FakeOutput());
  }

  private synchronized ByteArrayOutputStream input(RunId id, Supplier<ByteArrayOutputStream> make) {
    return inputs.computeIfAbsent(id, none -> make.get());
  }

  private <T> Future<T> answer(T value) {
    return broken
        .<Future<T>>map(Future::failedFuture)
        .orElseGet(() -> Future.succeededFuture(value));
  }
}
