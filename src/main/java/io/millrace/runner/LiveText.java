package io.millrace.runner;

import io.millrace.run.Run;
import io.millrace.run.RunFilter;
import io.millrace.run.RunId;
import io.millrace.spool.Slice;
import io.millrace.store.FreshOutput;
import io.vertx.core.Future;
import java.util.List;

/// Searches the output of what runs here, as its viewers would read it: partly in PostgreSQL,
/// partly in the spool.
///
/// Holds one piece at a time, and goes no further than the run had written when it was asked about.
final class LiveText implements FreshOutput {
  private static final int PIECE_BYTES = 256 << 10;

  private final LiveRuns live;
  private final OutputSource output;

  LiveText(LiveRuns live, OutputSource output) {
    this.live = live;
    this.output = output;
  }

  @Override
  public List<RunId> runs(RunFilter filter) {
    return live.all().stream().map(LiveRun::run).filter(filter::accepts).map(Run::id).toList();
  }

  @Override
  public Future<Look> look(RunId run, byte[] text, long untilNanos) {
    long end = live.find(run).map(here -> here.run().output().bytes()).orElse(Long.MAX_VALUE);
    var way = new Way(run, end, new ByteSearch(text), untilNanos);
    return AsyncLoop.whileTrue(way::next).map(done -> way.look);
  }

  /// One search of one run: its steps come one after the other.
  private final class Way {
    private final RunId run;
    private final long end;
    private final ByteSearch search;
    private final long untilNanos;
    private long offset;
    private Look look = Look.NOT_FOUND;

    Way(RunId run, long end, ByteSearch search, long untilNanos) {
      this.run = run;
      this.end = end;
      this.search = search;
      this.untilNanos = untilNanos;
    }

    /// The next piece; the first one is read however late it is, so that small outputs are always
    /// searched.
    Future<Boolean> next() {
      if (offset >= end) {
        return Future.succeededFuture(false);
      }
      if (offset > 0 && System.nanoTime() - untilNanos >= 0) {
        look = Look.UNFINISHED;
        return Future.succeededFuture(false);
      }
      return output.read(run, offset, (int) Math.min(PIECE_BYTES, end - offset)).map(this::goesOn);
    }

    private boolean goesOn(Slice slice) {
      return switch (slice) {
        case Slice.Data data -> {
          offset = data.next();
          look = search.endsIn(data.bytes()) ? Look.FOUND : Look.NOT_FOUND;
          yield look == Look.NOT_FOUND;
        }
        case Slice.Gap gap -> {
          offset = gap.next();
          search.restart();
          yield true;
        }
        case Slice.AtEnd atEnd -> false;
        case Slice.NotHere nowhere ->
            throw new IllegalStateException("run " + run + ": nobody has offset " + offset);
      };
    }
  }
}
