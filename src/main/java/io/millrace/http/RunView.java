package io.millrace.http;

import io.millrace.run.Run;
import io.millrace.run.RunId;
import io.millrace.run.RunStatus;
import io.millrace.runner.AsyncLoop;
import io.millrace.runner.OutputSource;
import io.millrace.runner.QueuePlace;
import io.millrace.runner.RunService;
import io.millrace.spool.Slice;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Gathers what belongs to a run's JSON beside the run: its place in the queue, the end of its
/// output.
final class RunView {
  private static final int TAIL_BYTES = 4096;

  /// As large as a script may be, as long as nobody says otherwise.
  private static final long TEXT_BYTES = 10 << 20;

  private final Bulk bulk;
  private final RunService runs;
  private final OutputSource output;

  RunView(RunService runs, OutputSource output, Bulk bulk) {
    this.bulk = bulk;
    this.runs = runs;
    this.output = output;
  }

  /// Long texts are read for this answer, when there is room for them until it is sent.
  Future<JsonObject> full(RoutingContext ctx, Run run) {
    if (!run.submission().isAbridged()) {
      return full(run);
    }
    Bulk.leave(ctx);
    return bulk.enter(ctx, TEXT_BYTES).compose(inside -> runs.whole(run)).compose(this::full);
  }

  private Future<JsonObject> full(Run run) {
    Future<Optional<QueuePlace>> place =
        run.status() == RunStatus.QUEUED
            ? runs.places(List.of(run.id()))
                .map(places -> Optional.ofNullable(places.get(run.id())))
            : Future.succeededFuture(Optional.empty());
    return place.compose(known -> tail(run).map(tail -> RunJson.full(run, known, tail)));
  }

  Future<JsonArray> items(List<Run> page) {
    List<Run> queued = page.stream().filter(run -> run.status() == RunStatus.QUEUED).toList();
    Future<Map<RunId, QueuePlace>> places =
        queued.isEmpty()
            ? Future.succeededFuture(Map.of())
            : runs.places(queued.stream().map(Run::id).toList());
    return places.map(
        known -> {
          var items = new JsonArray();
          page.forEach(
              run -> items.add(RunJson.item(run, Optional.ofNullable(known.get(run.id())))));
          return items;
        });
  }

  private Future<String> tail(Run run) {
    long end = run.output().bytes();
    if (end == 0) {
      return Future.succeededFuture("");
    }
    var bytes = new ByteArrayOutputStream(TAIL_BYTES);
    var at = new long[] {Math.max(0, end - TAIL_BYTES)};
    boolean cut = at[0] > 0;
    return AsyncLoop.whileTrue(
            () ->
                output
                    .read(run.id(), at[0], (int) (end - at[0]))
                    .map(
                        slice ->
                            switch (slice) {
                              case Slice.Data data -> {
                                bytes.writeBytes(data.bytes());
                                at[0] = data.next();
                                yield at[0] < end;
                              }
                              case Slice.Gap gap -> {
                                at[0] = gap.next();
                                yield at[0] < end;
                              }
                              case Slice.AtEnd none -> false;
                              case Slice.NotHere none -> false;
                            }))
        .map(read -> text(bytes.toByteArray(), cut));
  }

  /// What is no UTF-8 becomes U+FFFD, but not a character that the cut itself has halved.
  private static String text(byte[] bytes, boolean cut) {
    int begin = 0;
    while (cut && begin < Math.min(3, bytes.length) && (bytes[begin] & 0xc0) == 0x80) {
      begin++;
    }
    return new String(bytes, begin, bytes.length - begin, StandardCharsets.UTF_8);
  }
}
