package io.millrace.http;

import io.millrace.bus.Topics;
import io.millrace.run.Run;
import io.millrace.run.RunId;
import io.millrace.run.RunState;
import io.millrace.runner.OutputSource;
import io.millrace.runner.RunService;
import io.millrace.spool.Slice;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Follows one run for one viewer: each change of its state, and its output from an offset to its end.
///
/// Lives on the viewer's event loop. It listens first and reads second, so that nothing is missed; it reads only as fast as its
/// viewer takes, so that slow ones cost nobody anything. A change is news of the bus; the truth is what is read.
final class RunFollower {

  /// Who watches.
  interface Viewer {

    /// Whether it cannot take more now; it calls [RunFollower#resume()] when it can again.
    boolean isFull();

    /// The run as it was found, then each change.
    void status(Run run);

    void output(Slice.Data data);

    void gap(Slice.Gap gap);

    /// The run has ended, and all of its output has been told.
    void end(Run run);

    /// Nothing more can be told.
    void failed(Throwable failure);
  }

  private final Vertx vertx;
  private final RunService runs;
  private final OutputSource source;
  private final RunId id;
  private final int chunkBytes;
  private final long to;
  private final ArrayDeque<Run> changes = new ArrayDeque<>();
  private final ArrayDeque<MessageConsumer<?>> listening = new ArrayDeque<>();
  private @Nullable Viewer viewer;
  private @Nullable Run ended;
  private long offset;
  private long progress = -1;
  private boolean news;
  private boolean pumping;
  private boolean closed;

  /// @param from offset of the first byte
  /// @param to offset behind the last one; the viewer hears of the end when it is reached
  RunFollower(
      Vertx vertx,
      RunService runs,
      OutputSource source,
      RunId id,
      long from,
      long to,
      int chunkBytes) {
    this.vertx = vertx;
    this.runs = runs;
    this.source = source;
    this.id = id;
    this.offset = from;
    this.to = to;
    this.chunkBytes = chunkBytes;
  }

  /// Starts to listen and looks the run up. Nothing is told before [#begin].
  Future<Optional<Run>> open() {
    listening.add(Topics.changed(id).consume(vertx.eventBus(), this::changed));
    listening.add(
        Topics.output(id)
            .consume(
                vertx.eventBus(),
                counts -> {
                  if (counts.bytes() > offset) {
                    news = true;
                    pump();
                  }
                }));
    return Patience.within(runs.find(id))
        .onComplete(
            found -> {
              if (found.failed() || found.result().isEmpty()) {
                close();
              }
            });
  }

  /// Tells `watching` of the run as [#open()] found it, and of everything that follows.
  void begin(Viewer watching, Run found, long from) {
    List<Run> meanwhile = List.copyOf(changes);
    changes.clear();
    ended = null;
    progress = -1;
    offset = from;
    viewer = watching;
    changed(found);
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
    listening.forEach(MessageConsumer::unregister);
    listening.clear();
  }

  /// Takes a change that is newer than the last one; the bus may tell what was found already.
  private void changed(Run run) {
    long now = progress(run);
    if (closed || now <= progress) {
      return;
    }
    progress = now;
    if (run.status().ended()) {
      ended = run;
      // Of a run that has ended before anybody looked, the end is also the first that is told.
      if (viewer != null && changes.isEmpty() && !told) {
        changes.add(run);
      }
    } else {
      changes.add(run);
    }
    pump();
  }

  private boolean told;

  private void pump() {
    if (pumping || closed || viewer == null) {
      return;
    }
    pumping = true;
    Viewer watching = viewer;
    AsyncLoop.whileTrue(() -> step(watching))
        .onComplete(
            done -> {
              pumping = false;
              if (done.failed() && !closed) {
                close();
                watching.failed(done.cause());
              } else if (news || !changes.isEmpty()) {
                // Something came between the last look and this moment.
                if (!watching.isFull()) {
                  pump();
                }
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
      told = true;
      watching.status(change);
      return Future.succeededFuture(true);
    }
    if (offset >= to) {
      return Future.succeededFuture(finish(watching));
    }
    news = false;
    boolean complete = ended != null;
    return source
        .read(id, offset, (int) Math.min(chunkBytes, to - offset))
        .map(
            slice ->
                switch (slice) {
                  case Slice.Data data -> {
                    offset = data.next();
                    if (!closed) {
                      watching.output(data);
                    }
                    yield true;
                  }
                  case Slice.Gap(long at, long next) -> {
                    offset = Math.min(next, to);
                    if (!closed) {
                      watching.gap(new Slice.Gap(at, offset));
                    }
                    yield true;
                  }
                  case Slice.AtEnd end -> complete ? finish(watching) : news || !changes.isEmpty() || ended != null;
                  case Slice.NotHere nowhere ->
                      throw new IllegalStateException("run " + id + ": nobody has offset " + offset);
                });
  }

  private boolean finish(Viewer watching) {
    if (!closed) {
      close();
      Run last = ended;
      if (last != null) {
        watching.end(last);
      }
    }
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
