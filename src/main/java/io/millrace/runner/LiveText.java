package io.millrace.runner;

import io.millrace.run.Run;
import io.millrace.run.RunFilter;
import io.millrace.run.RunId;
import io.millrace.spool.Slice;
import io.millrace.store.FreshOutput;
import io.vertx.core.Future;
import io.vertx.core.Promise;
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
  public Future<Boolean> contains(RunId run, byte[] text) {
    long end = live.find(run).map(here -> here.run().output().bytes()).orElse(Long.MAX_VALUE);
    Promise<Boolean> answer = Promise.promise();
    look(run, 0, end, new ByteSearch(text), answer);
    return answer.future();
  }

  /// Looks on at `offset`. A chain of futures over all pieces would grow with the output.
  private void look(RunId run, long offset, long end, ByteSearch search, Promise<Boolean> answer) {
    if (offset >= end) {
      answer.complete(false);
      return;
    }
    output
        .read(run, offset, (int) Math.min(PIECE_BYTES, end - offset))
        .onFailure(answer::fail)
        .onSuccess(
            slice -> {
              switch (slice) {
                case Slice.Data data -> {
                  if (search.endsIn(data.bytes())) {
                    answer.complete(true);
                  } else {
                    look(run, data.next(), end, search, answer);
                  }
                }
                case Slice.Gap gap -> {
                  search.restart();
                  look(run, gap.next(), end, search, answer);
                }
                case Slice.AtEnd atEnd -> answer.complete(false);
                case Slice.NotHere nowhere ->
                    answer.fail(
                        new IllegalStateException("run " + run + ": nobody has offset " + offset));
              }
            });
  }
}
