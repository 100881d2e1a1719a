package io.millrace.http;

import io.millrace.bus.Topics;
import io.millrace.run.OutputCounts;
import io.millrace.run.Run;
import io.millrace.run.RunId;
import io.millrace.run.RunState;
import io.millrace.run.RunStatus;
import io.millrace.runner.AsyncLoop;
import io.millrace.runner.OutputSource;
import io.millrace.runner.QueuePlace;
import io.millrace.runner.RunService;
import io.millrace.spool.Slice;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Follows one run for one viewer: each change of its state, and its output from an offset to its
/// end.
///
/// Lives on the viewer's event loop. It listens first and reads second, so that nothing is missed;
/// it reads only as fast as its viewer takes, so that slow ones cost nobody anything. A change is
/// news of the bus; the truth is what is read.
final class RunFollower {

  /// Who watches.
  interface Viewer {

    /// Whether it cannot take more now; it calls [RunFollower#resume()] when it can again.
    boolean isFull();

    /// The run as it was found, then each change; the end only behind all output.
    ///
    /// @param place where it stands, while it is queued and that is known
    void status(Run run, Optional<QueuePlace> place);

    void output(Slice.Data data);

    void gap(Slice.Gap gap);

    /// All has been told: the run has ended, or the last offset asked for is reached.
    void end(Run run);

    /// Nothing more can be told.
    void failed(Throwable failure);
  }

  private final Vertx vertx;
  private final RunService runs;
  private final OutputSource source;
  private final RunId id;
  private final int chunkBytes;
  private final Viewers viewers;
  private final List<MessageConsumer<?>> listening = new ArrayList<>();

  /// Not told yet, in order.
  private final ArrayDeque<Run> changes = new ArrayDeque<>();

  private @Nullable Viewer viewer;
  private @Nullable Run latest;
  private long progress = -1;
  private boolean endTold;
  private long offset;
  private long to;
  private boolean news;
  private boolean pumping;
  private boolean closed;

  /// Counts the viewer out.
  private Runnable gone = () -> {};

  /// @param chunkBytes read at once, at most
  RunFollower(
      Vertx vertx,
      RunService runs,
      OutputSource source,
      RunId id,
      int chunkBytes,
      Viewers viewers) {
    this.vertx = vertx;
    this.runs = runs;
    this.source = source;
    this.id = id;
    this.chunkBytes = chunkBytes;
    this.viewers = viewers;
  }

  /// Starts to listen and looks the run up. Nothing is told before [#begin].
  Future<Optional<Run>> open() {
    var bus = vertx.eventBus();
    listening.add(Topics.changed(id).consume(bus, this::changed));
    listening.add(Topics.output(id).consume(bus, this::written));
    return Patience.within(runs.find(id))
        .onComplete(
            found -> {
              if (found.failed() || found.result().isEmpty()) {
                close();
              }
            });
  }

  /// Tells `watching` of the run as [#open()] found it, and of everything since.
  ///
  /// @param from offset of the first byte told
  /// @param to offset behind the last one, [Long#MAX_VALUE] for all
  void begin(Viewer watching, Run found, long from, long to) {
    List<Run> meanwhile = List.copyOf(changes);
    changes.clear();
    viewer = watching;
    gone = viewers.ofRun();
    offset = from;
    this.to = to;
    take(found);
    changes.add(found);
    endTold = found.status().ended();
    meanwhile.forEach(this::changed);
    pump();
  }

  /// The viewer can take more.
  void resume() {
    pump();
  }

  /// Looks at the truth, in case some news was lost.
  void look() {
    runs.find(id)
        .onSuccess(
            found -> {
              news = true;
              found.ifPresent(this::changed);
              pump();
            });
  }

  void close() {
    closed = true;
    gone.run();
    listening.forEach(MessageConsumer::unregister);
    listening.clear();
  }

  private void written(OutputCounts counts) {
    if (counts.bytes() > offset) {
      news = true;
      pump();
    }
  }

  private void changed(Run run) {
    if (viewer == null) {
      changes.add(run);
    } else if (take(run)) {
      if (!run.status().ended()) {
        changes.add(run);
      }
      pump();
    }
  }

  /// Whether `run` is further than all that was known: the bus may tell what was found already.
  private boolean take(Run run) {
    long now = progress(run);
    if (now <= progress) {
      return false;
    }
    progress = now;
    latest = run;
    return true;
  }

  private void pump() {
    Viewer watching = viewer;
    if (pumping || closed || watching == null) {
      return;
    }
    pumping = true;
    AsyncLoop.whileTrue(() -> step(watching))
        .onComplete(
            done -> {
              pumping = false;
              if (done.failed() && !closed) {
                close();
                watching.failed(done.cause());
              }
            });
  }

  /// One thing told or one piece read; false when there is nothing to do until something happens.
  private Future<Boolean> step(Viewer watching) {
    if (closed || watching.isFull()) {
      return Future.succeededFuture(false);
    }
    @Nullable Run change = changes.poll();
    if (change != null) {
      return place(change).map(place -> !closed && tell(change, place, watching));
    }
    Run known = latest;
    if (known == null || offset >= to) {
      return Future.succeededFuture(known != null && finish(watching, known));
    }
    // What is read after the end was known is all there will ever be.
    boolean complete = known.status().ended();
    news = false;
    return source
        .read(id, offset, (int) Math.min(chunkBytes, to - offset))
        .map(slice -> closed ? false : tell(slice, watching, complete));
  }

  /// Whoever wants to know why it waits should not have to ask again; what is not known is left
  /// out.
  private Future<Optional<QueuePlace>> place(Run run) {
    return run.status() == RunStatus.QUEUED
        ? runs.places(List.of(id))
            .map(places -> Optional.ofNullable(places.get(id)))
            .otherwise(Optional.empty())
        : Future.succeededFuture(Optional.empty());
  }

  private static boolean tell(Run change, Optional<QueuePlace> place, Viewer watching) {
    watching.status(change, place);
    return true;
  }

  private boolean tell(Slice slice, Viewer watching, boolean complete) {
    return switch (slice) {
      case Slice.Data data -> {
        offset = data.next();
        watching.output(data);
        yield true;
      }
      case Slice.Gap(long at, long next) -> {
        offset = Math.min(next, to);
        watching.gap(new Slice.Gap(at, offset));
        yield true;
      }
      case Slice.AtEnd end -> {
        Run known = Objects.requireNonNull(latest);
        if (complete) {
          yield finish(watching, known);
        }
        yield news || known.status().ended() || !changes.isEmpty();
      }
      case Slice.NotHere nowhere ->
          throw new IllegalStateException("run " + id + ": nobody has offset " + offset);
    };
  }

  private boolean finish(Viewer watching, Run last) {
    close();
    if (last.status().ended() && !endTold) {
      watching.status(last, Optional.empty());
    }
    watching.end(last);
    return false;
  }

  /// Rises with every step of a run's life, whatever way the news came.
  private static long progress(Run run) {
    int step =
        switch (run.state()) {
          case RunState.Queued queued -> 0;
          case RunState.Running running ->
              1 + (running.startedAt().isPresent() ? 1 : 0) + (running.stop().isPresent() ? 2 : 0);
          case RunState.Ended end -> 5;
        };
    return run.attempts().size() * 8L + step;
  }
}
