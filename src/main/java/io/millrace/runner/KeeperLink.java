package io.millrace.runner;

import io.millrace.keeper.Command;
import io.millrace.keeper.KeeperClient;
import io.millrace.keeper.News;
import io.millrace.keeper.Sample;
import io.millrace.run.RunId;
import io.millrace.run.Terminal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connection to this node's keeper: finds or starts one, hands its news to the runners, comes
/// back when it breaks.
///
/// A worker verticle: finding and starting block. While there is no connection, commands are
/// dropped: what a live run needs is said again by its runner when the keeper is back.
final class KeeperLink extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(KeeperLink.class);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final KeeperSource source;
  private final Runners runners;
  private final LiveRuns live;

  /// Present connection; written on the context, read by every sender.
  private volatile @Nullable KeeperClient client;

  /// What the present keeper said of itself; written on the context, read by anyone.
  private volatile Optional<News.Welcome> welcome = Optional.empty();

  private final AtomicLong requests = new AtomicLong();

  /// Who waits for which answer; added by askers, removed by the client's reader thread or the
  /// timer.
  private final ConcurrentHashMap<Long, Promise<News>> asked = new ConcurrentHashMap<>();

  /// Set by whoever closes it, before it is undeployed; read by whoever waits for a keeper.
  private volatile boolean stopped;

  KeeperLink(KeeperSource source, Runners runners, LiveRuns live) {
    this.source = source;
    this.runners = runners;
    this.live = live;
  }

  /// Opens the first connection; runs must have been taken on before, so that the keeper's news
  /// finds them. From any context.
  Future<Void> open() {
    return Hop.to(
        vertx,
        context,
        () -> {
          try {
            connect();
            return Future.succeededFuture();
          } catch (IOException | Error failure) {
            return Future.failedFuture(failure);
          }
        });
  }

  /// What the present keeper is and can do; empty while there is none.
  Optional<News.Welcome> keeper() {
    return welcome;
  }

  /// Tells the keeper something, if there is one now. Any thread; never blocks.
  void send(Command command) {
    var connection = client;
    if (connection != null) {
      connection.send(command);
    }
  }

  Future<InputAnswer> input(LiveRun run, byte[] bytes, boolean eof) {
    return ask(request -> new Command.Input(request, run.id(), run.attempt(), bytes, eof))
        .map(
            news ->
                news instanceof News.InputRefused refused
                    ? switch (refused.why()) {
                      case NOT_RUNNING -> InputAnswer.NOT_RUNNING;
                      case NO_STDIN -> InputAnswer.NO_STDIN;
                      case CLOSED -> InputAnswer.CLOSED;
                      case FULL -> InputAnswer.FULL;
                    }
                    : InputAnswer.TAKEN);
  }

  void resize(LiveRun run, Terminal size) {
    send(new Command.Resize(run.id(), run.attempt(), size));
  }

  Future<SampleAnswer> sample(LiveRun run) {
    return ask(request -> new Command.Sample(request, run.id(), run.attempt()))
        .map(
            news ->
                news instanceof News.Sampled sampled
                    ? sampled
                        .sample()
                        .map(KeeperLink::answer)
                        .orElseGet(SampleAnswer.NotRunning::new)
                    : new SampleAnswer.NotRunning());
  }

  private static SampleAnswer answer(Sample sample) {
    return new SampleAnswer.Sampled(
        sample.at(), sample.cpu(), sample.memoryBytes(), sample.processes(), sample.outputBytes());
  }

  private Future<News> ask(LongFunction<Command> question) {
    long request = requests.incrementAndGet();
    Promise<News> answer = Promise.promise();
    asked.put(request, answer);
    vertx.setTimer(
        ANSWER_WITHIN.toMillis(),
        timer -> {
          if (asked.remove(request) != null) {
            answer.tryFail(new KeeperAway());
          }
        });
    send(question.apply(request));
    return answer.future();
  }

  private void connect() throws IOException {
    client = source.connect(new Listener(), () -> stopped);
  }

  private void reconnect() {
    if (stopped) {
      return;
    }
    try {
      connect();
    } catch (IOException | RuntimeException | Error failure) {
      // An Error too: so does Java tell that the system gives no more threads, which passes.
      if (stopped) {
        return;
      }
      LOG.warn(
          "keeper: cannot be reached or started ({}). Next try in {} ms.",
          failure.toString(),
          PAUSE.toMillis());
      vertx.setTimer(PAUSE.toMillis(), timer -> reconnect());
    }
  }

  /// Lets go of the keeper, at once also where one is waited for. From any context.
  Future<Void> close() {
    stopped = true;
    return vertx.undeploy(deploymentID());
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    var connection = client;
    client = null;
    if (connection != null) {
      connection.close();
    }
    return Future.succeededFuture();
  }

  private void lost(Optional<Throwable> cause) {
    if (stopped) {
      return;
    }
    client = null;
    welcome = Optional.empty();
    LOG.warn(
        "keeper: the connection broke ({}). Looking for it again.",
        cause.map(Throwable::toString).orElse("closed"));
    reconnect();
  }

  private void greeted(News.Welcome news) {
    welcome = Optional.of(news);
    LOG.info("keeper {}: connected; {}", news.pid(), String.join("; ", news.abilities().summary()));
    runners.keeperIsBack(live);
  }

  /// There was no keeper to answer.
  static final class KeeperAway extends RuntimeException {
    private static final long serialVersionUID = 1;

    KeeperAway() {
      super("The keeper did not answer. It is being looked for; try again in a moment.");
    }
  }

  /// Called on the client's reader thread.
  private final class Listener implements KeeperClient.Listener {

    @Override
    public void onNews(News news) {
      switch (news) {
        case News.Welcome hello -> context.runOnContext(here -> greeted(hello));
        case News.Started started -> tell(started.run(), started);
        case News.Advanced advanced -> tell(advanced.run(), advanced);
        case News.Stopping stopping -> tell(stopping.run(), stopping);
        case News.Exited exited -> tell(exited.record().run(), exited);
        case News.InputTaken taken -> answer(taken.request(), taken);
        case News.InputRefused refused -> answer(refused.request(), refused);
        case News.Sampled sampled -> answer(sampled.request(), sampled);
        case News.Known known -> answer(known.request(), known);
      }
    }

    @Override
    public void onClosed(Optional<Throwable> cause) {
      context.runOnContext(here -> lost(cause));
    }

    private void tell(RunId run, News news) {
      runners.tell(run, news);
    }

    private void answer(long request, News news) {
      var waiting = asked.remove(request);
      if (waiting != null) {
        waiting.tryComplete(news);
      }
    }
  }
}
