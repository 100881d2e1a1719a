package io.millrace.http;

import io.millrace.run.Run;
import io.millrace.runner.OutputSource;
import io.vertx.core.Future;

/// The part of a run's output that one answer hands out.
///
/// @param from offset of its first byte
/// @param to offset behind its last one
/// @param skip bytes left out at its beginning, of the stream asked for
/// @param total of the output when the answer began
/// @param range whether it answers a `Range` header
record OutputPart(long from, long to, long skip, long total, boolean range) {

  /// @throws Refusal 416 (in the future), if it begins behind the end
  static Future<OutputPart> of(Run run, OutputRequest wanted, OutputSource source) {
    long total = run.output().bytes();
    boolean whole = run.output().truncatedBytes() == 0;
    if (whole && wanted.plainRange().isPresent()) {
      return ranged(wanted.plainRange().get(), total);
    }
    if (wanted.tail().isPresent()) {
      return tail(run, wanted, total, source);
    }
    long from = wanted.from().orElse(0);
    // A live run may have written more than was told of it.
    Future<Boolean> exists =
        from <= total
            ? Future.succeededFuture(true)
            : new OutputScan(source, run.id()).reaches(from);
    return exists.compose(
        there -> {
          long end = Math.max(from, total);
          return there
              ? Future.succeededFuture(
                  new OutputPart(from, Math.min(wanted.to().orElse(end), end), 0, end, false))
              : beyond(from, total);
        });
  }

  /// How many of its bytes are not kept.
  Future<Long> truncated(Run run, OutputSource source) {
    long all = run.output().truncatedBytes();
    return all == 0 || (from == 0 && to >= total)
        ? Future.succeededFuture(all)
        : new OutputScan(source, run.id()).gaps(from, to);
  }

  private static Future<OutputPart> tail(
      Run run, OutputRequest wanted, long total, OutputSource source) {
    long bytes = wanted.tail().orElseThrow();
    return wanted.only().isEmpty()
        ? Future.succeededFuture(new OutputPart(Math.max(0, total - bytes), total, 0, total, false))
        : new OutputScan(source, run.id())
            .lastOf(wanted.only().get(), bytes, total)
            .map(start -> new OutputPart(start.offset(), total, start.skip(), total, false));
  }

  private static Future<OutputPart> ranged(OutputRequest.ByteRange range, long total) {
    long from =
        range.suffix().isPresent()
            ? Math.max(0, total - range.suffix().getAsLong())
            : range.first().orElse(0);
    long last = range.last().orElse(Long.MAX_VALUE - 1);
    return from >= total
        ? beyond(from, total)
        : Future.succeededFuture(new OutputPart(from, Math.min(last + 1, total), 0, total, true));
  }

  private static Future<OutputPart> beyond(long from, long total) {
    return Future.failedFuture(new Refusal(Problems.noSuchRange(from, total)));
  }
}
