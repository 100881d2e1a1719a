package io.millrace.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.keeper.KeeperClient;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A keeper is looked for until there is one, or until nobody wants one.
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class KeeperLinkTest {
  private final Vertx vertx = Vertx.vertx();
  @TempDir private Path folder;
  private Path socket;
  private ServerSocketChannel keeper;

  @BeforeEach
  void listen() throws IOException {
    socket = folder.resolve("k");
    keeper = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    keeper.bind(UnixDomainSocketAddress.of(socket));
  }

  @AfterEach
  void close() throws IOException {
    keeper.close();
    vertx.close().await();
  }

  /// An exception as it is, or an error: that is how Java tells that there are no more threads.
  interface Failure {
    void happen() throws IOException;
  }

  static Stream<Failure> failures() {
    return Stream.of(
        () -> {
          throw new IOException("no keeper");
        },
        () -> {
          throw new IllegalStateException("a mistake");
        },
        () -> {
          throw new OutOfMemoryError("unable to create native thread");
        });
  }

  @ParameterizedTest
  @MethodSource("failures")
  void after_a_try_that_failed_there_is_another_one(Failure failure) throws Exception {
    var tries = new AtomicInteger();
    var link =
        deployed(
            (listener, stopped) -> {
              if (tries.incrementAndGet() == 2) {
                failure.happen();
              }
              return KeeperClient.connect(socket, 1, listener);
            });
    link.open().await();
    keeper.accept().close();
    keeper.accept().close();
    assertThat(tries).hasValueGreaterThan(2);
    link.close().await();
  }

  @ParameterizedTest
  @MethodSource("failures")
  void a_first_try_that_failed_is_told(Failure failure) throws Exception {
    var link =
        deployed(
            (listener, stopped) -> {
              failure.happen();
              return KeeperClient.connect(socket, 1, listener);
            });
    assertThat(link.open().toCompletionStage().toCompletableFuture())
        .failsWithin(50, TimeUnit.SECONDS)
        .withThrowableThat()
        .isInstanceOf(ExecutionException.class);
    link.close().await();
  }

  @Test
  void a_service_that_stops_does_not_wait_for_a_keeper_first() throws Exception {
    var waits = new CountDownLatch(1);
    var link =
        deployed(
            (listener, stopped) -> {
              waits.countDown();
              while (!stopped.getAsBoolean()) {
                Thread.onSpinWait();
              }
              throw new InterruptedIOException("stopped");
            });
    var opened = link.open();
    waits.await();
    link.close().await(50, TimeUnit.SECONDS);
    assertThat(opened.failed()).isTrue();
  }

  private KeeperLink deployed(KeeperSource source) {
    var link = new KeeperLink(source, new Runners(List.of()), new LiveRuns());
    var worker = new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER);
    vertx.deployVerticle(link, worker).await();
    return link;
  }
}
