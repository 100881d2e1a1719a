package io.millrace.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Tells every change, as server-sent events or on a WebSocket.
final class EventRoutes {
  private static final String RUN = "run";
  private static final Set<String> TYPES = Set.of(RUN, "unit", "repository", "node");

  private final Vertx vertx;
  private final HttpSettings settings;
  private final EventLog log;
  private final Viewers viewers;

  EventRoutes(Vertx vertx, HttpSettings settings, EventLog log, Viewers viewers) {
    this.vertx = vertx;
    this.settings = settings;
    this.log = log;
    this.viewers = viewers;
  }

  /// GET /events
  Future<Void> events(RoutingContext ctx) {
    HttpServerRequest request = ctx.request();
    var faults = new Faults();
    Query query = Query.read(request, faults, Set.of("from"), Set.of("type"));
    for (String type : query.all("type")) {
      if (!TYPES.contains(type)) {
        faults.add("type", "must be run, unit, repository or node, got '" + type + "'");
      }
    }
    faults.refuse();
    boolean runs = !query.has("type") || query.all("type").contains(RUN);
    long after = after(request, query);
    if (Upgrade.isAsked(request)) {
      Upgrade.require(request);
      return request
          .toWebSocket()
          .onSuccess(socket -> serve(socket, request.connection(), runs, after))
          .mapEmpty();
    }
    return request.method().name().equals("HEAD")
        ? Answers.empty(ctx, 200)
        : serve(ctx.response(), runs, after);
  }

  /// What a reconnecting browser says counts more than the address it was given at first.
  private long after(HttpServerRequest request, Query query) {
    @Nullable String last = request.getHeader("Last-Event-ID");
    String id = last != null ? last : query.text("from").orElse("");
    return id.isEmpty() ? log.newest() : log.number(id);
  }

  private Future<Void> serve(HttpServerResponse response, boolean runs, long after) {
    Promise<Void> gone = Promise.promise();
    EventStream.begin(response);
    var listener =
        new EventFollower.Listener() {
          @Override
          public boolean isFull() {
            return response.writeQueueFull();
          }

          @Override
          public void event(Event event) {
            if (runs) {
              send(RUN, event.number(), json(event));
            }
          }

          @Override
          public void reset(long number) {
            send("reset", number, new JsonObject().put("type", "reset"));
          }

          private void send(String type, long number, JsonObject data) {
            response.write(
                "id: %s\nevent: %s\ndata: %s\n\n".formatted(log.id(number), type, data.encode()));
          }
        };
    var follower = new EventFollower(log, viewers, listener, after);
    long pulse =
        vertx.setPeriodic(
            settings.pingEvery().toMillis(),
            tick -> {
              if (!response.writeQueueFull()) {
                response.write(": still here\n\n");
              }
            });
    response.drainHandler(drained -> follower.resume());
    response.closeHandler(closed -> gone.tryComplete());
    follower.begin(vertx);
    return gone.future()
        .onComplete(
            closed -> {
              vertx.cancelTimer(pulse);
              follower.close();
            });
  }

  private void serve(ServerWebSocket socket, HttpConnection connection, boolean runs, long after) {
    var listener =
        new EventFollower.Listener() {
          @Override
          public boolean isFull() {
            return socket.writeQueueFull();
          }

          @Override
          public void event(Event event) {
            if (runs) {
              socket.writeTextMessage(json(event).put("id", log.id(event.number())).encode());
            }
          }

          @Override
          public void reset(long number) {
            var json = new JsonObject().put("type", "reset").put("id", log.id(number));
            socket.writeTextMessage(json.encode());
          }
        };
    var follower = new EventFollower(log, viewers, listener, after);
    var pulse = new Pulse(vertx, settings, socket, connection, follower::resume, follower::close);
    socket.closeHandler(
        closed -> {
          pulse.stop();
          follower.close();
        });
    socket.drainHandler(
        drained -> {
          pulse.alive();
          follower.resume();
        });
    socket.textMessageHandler(text -> pulse.close(1008, "nothing can be said here"));
    socket.binaryMessageHandler(bytes -> pulse.close(1008, "nothing can be said here"));
    follower.begin(vertx);
  }

  private static JsonObject json(Event event) {
    return new JsonObject()
        .put("type", RUN)
        .put("run", RunJson.followed(event.run(), Optional.empty()));
  }
}
