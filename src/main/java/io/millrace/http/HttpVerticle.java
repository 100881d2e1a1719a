package io.millrace.http;

import io.millrace.runner.Fault;
import io.millrace.runner.OutputSource;
import io.millrace.runner.Room;
import io.millrace.runner.RunService;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The server's door. Several instances share one port, each on its own event loop.
public final class HttpVerticle extends VerticleBase {
  private static final int MOST_LINE_BYTES = 64 << 10;
  private static final int MOST_HEADER_BYTES = 32 << 10;
  private static final int FAREWELL_SECONDS = 2;
  private static final int CLOSING_SECONDS = 2;
  private static final int MOST_MESSAGE_BYTES = 512 << 10;

  private final HttpSettings settings;
  private final Tokens tokens;
  private final SignIn signIn;
  private final RunService runs;
  private final OutputSource output;
  private final EventLog events;
  private final ServiceFacts facts;
  private final Viewers viewers;
  private final Room room;
  private @Nullable HttpServer server;

  /// @param room for long texts of requests and answers, shared by all instances
  public HttpVerticle(
      HttpSettings settings,
      Tokens tokens,
      SignIn signIn,
      RunService runs,
      OutputSource output,
      EventLog events,
      ServiceFacts facts,
      Viewers viewers,
      Room room) {
    this.settings = settings;
    this.tokens = tokens;
    this.signIn = signIn;
    this.runs = runs;
    this.output = output;
    this.events = events;
    this.facts = facts;
    this.viewers = viewers;
    this.room = room;
  }

  @Override
  public Future<?> start() {
    var access = new Access(settings, tokens);
    Router router = router(access);
    var watch = new ConnectionWatch(vertx, settings.requestTimeout());
    HttpServer opening =
        vertx
            .createHttpServer(options())
            .connectionHandler(
                connection -> {
                  SendBuffer.limit(connection);
                  watch.opened(connection);
                })
            .invalidRequestHandler(HttpVerticle::refuseInvalid)
            .requestHandler(
                request -> {
                  watch.begun(request);
                  enter(request, access, router);
                });
    server = opening;
    return opening.listen();
  }

  /// Says goodbye to viewers, waits a moment for answers that are on their way, and closes the
  /// rest.
  @Override
  public Future<?> stop() {
    HttpServer open = server;
    return open == null
        ? Future.succeededFuture()
        : open.shutdown(FAREWELL_SECONDS, TimeUnit.SECONDS);
  }

  /// Where it listens, once it has started.
  public int port() {
    HttpServer listening = server;
    if (listening == null) {
      throw new IllegalStateException("The HTTP server has not been started.");
    }
    return listening.actualPort();
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setHost(settings.host())
        .setPort(settings.port())
        .setTcpKeepAlive(true)
        .setHttp2ClearTextEnabled(false)
        .setMaxInitialLineLength(MOST_LINE_BYTES)
        .setMaxHeaderSize(MOST_HEADER_BYTES)
        .setMaxWebSocketMessageSize(MOST_MESSAGE_BYTES)
        .setMaxWebSocketFrameSize(MOST_MESSAGE_BYTES)
        .setWebSocketClosingTimeout(CLOSING_SECONDS)
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false);
  }

  private Router router(Access access) {
    var health = new HealthRoutes(facts);
    var page = new PageRoutes(settings, access, tokens, signIn);
    Router router = Router.router(vertx);
    router.route().failureHandler(Failures::handle);
    health.mountOpen(router);
    page.mountOpen(router);
    router.route().handler(ctx -> requireToken(ctx, access));
    health.mount(router);
    page.mount(router);
    mountRuns(router);
    router.route().handler(ctx -> ctx.fail(new Refusal(Problems.noSuchPath(ctx.request().path()))));
    return router;
  }

  private void mountRuns(Router router) {
    var bulk = new Bulk(room, settings.bodyTimeout().multipliedBy(2));
    var view = new RunView(runs, output, bulk);
    var waiter = new Waiter(vertx, runs);
    var submit = new SubmitRoutes(settings, bulk, runs, view, waiter);
    var run = new RunRoutes(settings, runs, view, waiter);
    var input = new InputRoutes(settings, runs);
    var stream = new StreamRoutes(vertx, settings, runs, output, viewers);
    String one = RunRoutes.PATH + "/:id";
    router
        .route(RunRoutes.PATH)
        .handler(Methods.of(Map.of("GET", run::list, "POST", submit::submit)));
    router.route(one).handler(Methods.of(Map.of("GET", run::find, "DELETE", run::delete)));
    router.route(one + "/cancel").handler(Methods.post(run::cancel));
    router.route(one + "/rerun").handler(Methods.post(submit::rerun));
    router
        .route(one + "/output")
        .handler(Methods.get(new OutputRoutes(vertx, runs, output, viewers)::output));
    router.route(one + "/input").handler(Methods.post(input::input));
    router.route(one + "/resize").handler(Methods.post(input::resize));
    router.route(one + "/stream").handler(Methods.get(stream::stream));
    router.route(one + "/stats").handler(Methods.get(new StatsRoutes(vertx, runs)::stats));
    router
        .route("/api/v1/events")
        .handler(Methods.get(new EventRoutes(vertx, settings, events, viewers)::events));
  }

  private static void requireToken(RoutingContext ctx, Access access) {
    access
        .checkToken(ctx.request())
        .ifPresentOrElse(problem -> ctx.fail(new Refusal(problem)), ctx::next);
  }

  /// What is checked before anyone asks where a request wants to go.
  private static void enter(HttpServerRequest request, Access access, Router router) {
    Answers.SAFE.forEach(request.response()::putHeader);
    Optional<Problem> problem = checkPath(request).or(() -> access.checkPlace(request));
    if (problem.isPresent()) {
      problem.get().answer(request);
    } else {
      router.handle(request);
    }
  }

  private static Optional<Problem> checkPath(HttpServerRequest request) {
    var faults = new Faults();
    @Nullable String path = request.path();
    if (path == null || !request.uri().startsWith("/")) {
      faults.add("path", "must begin with /");
    } else {
      Percent.decode(path, false, "path", faults);
    }
    return faults.none() ? Optional.empty() : Optional.of(Problems.malformed(faults.list()));
  }

  /// Answers what Netty could not read as HTTP, and closes: what follows on the connection is
  /// anybody's guess.
  private static void refuseInvalid(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    Problem problem =
        switch (cause) {
          case TooLongHttpLineException line ->
              Problem.of(
                  414,
                  "too-long",
                  "The address is longer than %d bytes.".formatted(MOST_LINE_BYTES),
                  "Send the options of a run as JSON.");
          case TooLongHttpHeaderException header ->
              Problem.of(
                  431,
                  "too-long",
                  "The headers are longer than %d bytes.".formatted(MOST_HEADER_BYTES),
                  "Send fewer or shorter ones.");
          case null, default ->
              Problems.malformed(List.of(new Fault("request", "is not valid HTTP/1.1")));
        };
    Answers.SAFE.forEach(request.response()::putHeader);
    problem.withHeader("Connection", "close").answer(request);
  }
}
