package io.millrace.runner;

import io.millrace.run.RunId;
import io.millrace.store.Place;
import io.millrace.store.RunStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// Asks where queued runs stand: while one question is under way, all that come meanwhile wait for
/// the next one.
///
/// When the queue is long every submission asks; one by one that would cost more than the runs
/// themselves. State belongs to one context, made for it; any context may ask.
final class PlaceFinder {
  private final Vertx vertx;
  private final Context context;
  private final RunStore store;
  private List<Asked> waiting = new ArrayList<>();
  private boolean inFlight;

  private record Asked(Collection<RunId> runs, Promise<Map<RunId, Place>> answer) {}

  PlaceFinder(Vertx vertx, RunStore store) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.store = store;
  }

  Future<Map<RunId, Place>> find(Collection<RunId> runs) {
    return Hop.to(
        vertx,
        context,
        () -> {
          Promise<Map<RunId, Place>> answer = Promise.promise();
          waiting.add(new Asked(runs, answer));
          ask();
          return answer.future();
        });
  }

  private void ask() {
    if (inFlight || waiting.isEmpty()) {
      return;
    }
    var asked = waiting;
    waiting = new ArrayList<>();
    inFlight = true;
    var all = new HashSet<RunId>();
    asked.forEach(one -> all.addAll(one.runs()));
    store
        .places(all)
        .onComplete(
            done -> {
              inFlight = false;
              asked.forEach(
                  one -> {
                    if (done.succeeded()) {
                      one.answer().complete(part(done.result(), one.runs()));
                    } else {
                      one.answer().fail(done.cause());
                    }
                  });
              ask();
            });
  }

  private static Map<RunId, Place> part(Map<RunId, Place> all, Collection<RunId> wanted) {
    var part = new HashMap<RunId, Place>();
    for (var run : wanted) {
      var place = all.get(run);
      if (place != null) {
        part.put(run, place);
      }
    }
    return part;
  }
}
