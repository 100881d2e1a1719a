package io.millrace.http;

import io.millrace.run.RunId;
import io.millrace.runner.AsyncLoop;
import io.millrace.runner.OutputSource;
import io.millrace.spool.Frame;
import io.millrace.spool.Slice;
import io.millrace.spool.Stream;
import io.vertx.core.Future;

/// Reads through output without keeping it, for answers whose head needs to know what lies within.
final class OutputScan {
  private static final int CHUNK_BYTES = 256 << 10;
  private static final long FIRST_WINDOW = 64 << 10;

  private final OutputSource source;
  private final RunId id;

  OutputScan(OutputSource source, RunId id) {
    this.source = source;
    this.id = id;
  }

  /// Where one stream's last bytes begin: at `offset`, behind `skip` bytes of that stream.
  record Start(long offset, long skip) {}

  /// How many of the bytes from `from` to `to` are not kept.
  Future<Long> gaps(long from, long to) {
    return through(from, to).map(count -> count.gaps);
  }

  /// Whether the output goes at least as far as `offset`.
  Future<Boolean> reaches(long offset) {
    return source
        .read(id, offset, 1)
        .map(
            slice ->
                switch (slice) {
                  case Slice.Data data -> true;
                  case Slice.Gap gap -> true;
                  case Slice.AtEnd(long total) -> total >= offset;
                  case Slice.NotHere nowhere -> false;
                });
  }

  /// Looks backwards, in windows of growing size, for the last `wanted` bytes of `stream` before
  /// `end`.
  Future<Start> lastOf(Stream stream, long wanted, long end) {
    return lastOf(stream, wanted, end, Math.max(FIRST_WINDOW, Math.min(2 * wanted, end)));
  }

  private Future<Start> lastOf(Stream stream, long wanted, long end, long window) {
    long from = Math.max(0, end - window);
    return through(from, end)
        .compose(
            count -> {
              long found =
                  switch (stream) {
                    case STDOUT -> count.stdout;
                    case STDERR -> count.stderr;
                  };
              return found >= wanted || from == 0
                  ? Future.succeededFuture(new Start(from, Math.max(0, found - wanted)))
                  : lastOf(stream, wanted, end, window * 4);
            });
  }

  private static final class Count {
    private long at;
    private long stdout;
    private long stderr;
    private long gaps;
  }

  private Future<Count> through(long from, long to) {
    var count = new Count();
    count.at = from;
    return AsyncLoop.whileTrue(
            () ->
                count.at >= to
                    ? Future.succeededFuture(false)
                    : source
                        .read(id, count.at, (int) Math.min(CHUNK_BYTES, to - count.at))
                        .map(slice -> add(slice, to, count)))
        .map(read -> count);
  }

  private static boolean add(Slice slice, long to, Count count) {
    return switch (slice) {
      case Slice.Data data -> {
        long begin = data.offset();
        for (Frame frame : data.frames()) {
          switch (frame.stream()) {
            case STDOUT -> count.stdout += frame.end() - begin;
            case STDERR -> count.stderr += frame.end() - begin;
          }
          begin = frame.end();
        }
        count.at = data.next();
        yield true;
      }
      case Slice.Gap(long at, long next) -> {
        count.gaps += Math.min(next, to) - at;
        count.at = next;
        yield true;
      }
      case Slice.AtEnd end -> false;
      case Slice.NotHere nowhere -> false;
    };
  }
}
