package io.millrace.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class KeeperClientTest {
  private static final Command.Hello HELLO = new Command.Hello(Wire.VERSION, "test", 1);
  @TempDir Path folder;
  private Path socket;
  private ServerSocketChannel server;
  private final Heard heard = new Heard();
  private final FrameBuffer arrived = new FrameBuffer();

  /// Keeps all that a client is told.
  private static final class Heard implements KeeperClient.Listener {
    final BlockingQueue<News> news = new LinkedBlockingQueue<>();
    final CompletableFuture<Optional<Throwable>> closed = new CompletableFuture<>();

    @Override
    public void onNews(News piece) {
      news.add(piece);
    }

    @Override
    public void onClosed(Optional<Throwable> why) {
      assertThat(closed.complete(why)).isTrue();
    }
  }

  @BeforeEach
  void listen() throws IOException {
    socket = folder.resolve("k");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
  }

  @AfterEach
  void stopListening() throws IOException {
    server.close();
  }

  @Test
  void the_hello_comes_first_then_commands_in_order_and_news_come_back() throws Exception {
    try (var client = KeeperClient.connect(socket, HELLO, heard);
        var keeper = server.accept()) {
      var sent = new ArrayList<Command>();
      sent.add(HELLO);
      for (int i = 0; i < 5000; i++) {
        var command = new Command.Sample(i, Messages.run());
        sent.add(command);
        client.send(command);
      }
      assertThat(receive(keeper, sent.size())).isEqualTo(sent);
      for (var news : Messages.news().values()) {
        write(keeper, Wire.encode(news));
        assertThat(heard.news.take()).isEqualTo(news);
      }
      client.close();
      assertThat(heard.closed.get()).isEmpty();
    }
  }

  @Test
  void many_threads_send_without_losing_or_mixing_a_command() throws Exception {
    try (var client = KeeperClient.connect(socket, HELLO, heard);
        var keeper = server.accept()) {
      var threads = new ArrayList<Thread>();
      for (int t = 0; t < 4; t++) {
        int first = t * 10_000;
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int i = 0; i < 10_000; i++) {
                        client.send(new Command.ListLive(first + i));
                      }
                    }));
      }
      var received = receive(keeper, 40_001);
      assertThat(received).doesNotHaveDuplicates().hasSize(40_001);
      for (var thread : threads) {
        thread.join();
      }
    }
  }

  @Test
  void what_was_sent_before_the_close_arrives() throws Exception {
    var large = new Command.Input(1, Messages.run(), new byte[1_000_000], true);
    try (var client = KeeperClient.connect(socket, HELLO, heard)) {
      client.send(large);
      client.send(new Command.End(true));
    }
    try (var keeper = server.accept()) {
      assertThat(receive(keeper, 3).getLast()).isEqualTo(new Command.End(true));
      assertThat(keeper.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
    assertThat(heard.closed.get()).isEmpty();
  }

  @Test
  void the_last_words_of_a_keeper_that_closes_are_heard() throws Exception {
    try (var client = KeeperClient.connect(socket, HELLO, heard)) {
      var last = new News.Refused("another server has taken over");
      try (var keeper = server.accept()) {
        write(keeper, Wire.encode(last));
      }
      assertThat(heard.closed.get()).get().isInstanceOf(IOException.class);
      assertThat(heard.news).containsExactly(last);
      client.send(new Command.End(false));
    }
  }

  @Test
  void a_keeper_that_goes_away_ends_the_connection() throws Exception {
    try (var client = KeeperClient.connect(socket, HELLO, heard)) {
      var keeper = server.accept();
      receive(keeper, 1);
      keeper.close();
      assertThat(heard.closed.get()).get().isInstanceOf(EOFException.class);
    }
  }

  @Test
  void malformed_news_ends_the_connection() throws Exception {
    try (var client = KeeperClient.connect(socket, HELLO, heard);
        var keeper = server.accept()) {
      write(keeper, new byte[] {0, 0, 0, 1, 99});
      assertThat(heard.closed.get()).get().isInstanceOf(MalformedFrame.class);
    }
  }

  @Test
  void a_keeper_that_does_not_read_costs_bounded_memory_and_then_the_connection() throws Exception {
    var patience = new KeeperClient.Patience(Duration.ofMinutes(10), 4 << 20);
    try (var client = KeeperClient.connect(socket, HELLO, heard, patience);
        var keeper = server.accept()) {
      var command = new Command.Input(1, Messages.run(), new byte[60_000], false);
      while (!heard.closed.isDone()) {
        client.send(command);
      }
      assertThat(heard.closed.get().orElseThrow()).hasMessageContaining("has read nothing");
    }
  }

  @Test
  void a_keeper_that_stands_still_for_long_costs_the_connection() throws Exception {
    var patience = new KeeperClient.Patience(Duration.ofMillis(300), 64 << 20);
    try (var client = KeeperClient.connect(socket, HELLO, heard, patience);
        var keeper = server.accept()) {
      for (int i = 0; i < 50; i++) {
        client.send(new Command.Input(1, Messages.run(), new byte[60_000], false));
      }
      assertThat(heard.closed.get().orElseThrow()).hasMessageContaining("has read nothing");
    }
  }

  @Test
  void a_listener_that_fails_ends_the_connection_with_its_failure() throws Exception {
    var closed = new CompletableFuture<Optional<Throwable>>();
    var failing =
        new KeeperClient.Listener() {
          @Override
          public void onNews(News news) {
            throw new IllegalStateException("a bug");
          }

          @Override
          public void onClosed(Optional<Throwable> why) {
            closed.complete(why);
          }
        };
    try (var client = KeeperClient.connect(socket, HELLO, failing);
        var keeper = server.accept()) {
      write(keeper, Wire.encode(new News.InputTaken(1)));
      assertThat(closed.get().orElseThrow()).hasMessage("a bug");
    }
  }

  @Test
  void without_a_keeper_connecting_fails() throws IOException {
    server.close();
    assertThatThrownBy(() -> KeeperClient.connect(socket, HELLO, heard))
        .isInstanceOf(IOException.class);
  }

  private List<Command> receive(SocketChannel keeper, int count) throws IOException {
    var received = new ArrayList<Command>();
    while (received.size() < count) {
      assertThat(keeper.read(arrived.free())).isPositive();
      for (var frame = arrived.next(); frame.isPresent(); frame = arrived.next()) {
        received.add(Wire.decodeCommand(frame.get()));
      }
    }
    return received;
  }

  private static void write(SocketChannel keeper, byte[] bytes) throws IOException {
    var buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      keeper.write(buffer);
    }
  }
}
