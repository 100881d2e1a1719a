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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class KeeperClientTest {
  private static final Command HELLO = new Command.Hello(Wire.VERSION, 42);
  @TempDir Path folder;
  private Path socket;
  private ServerSocketChannel listening;
  private final Heard heard = new Heard();
  private final Wire.Decoder<Command> commands = Wire.commands();

  @BeforeEach
  void listen() throws IOException {
    socket = folder.resolve("k");
    listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listening.bind(UnixDomainSocketAddress.of(socket));
  }

  @AfterEach
  void stopListening() throws IOException {
    listening.close();
  }

  @Test
  void the_hello_comes_first_then_commands_in_order_and_news_come_back() throws Exception {
    try (var client = KeeperClient.connect(socket, 42, heard);
        var keeper = listening.accept()) {
      var sent = new ArrayList<Command>(List.of(HELLO));
      for (int i = 0; i < 5000; i++) {
        var command = new Command.Sample(i, Messages.RUN, 1);
        sent.add(command);
        client.send(command);
      }
      assertThat(receive(keeper, sent.size())).isEqualTo(sent);
      for (var news : Messages.news().values()) {
        write(keeper, Wire.frame(news));
        assertThat(heard.take()).isEqualTo(news);
      }
      client.close();
      assertThat(heard.whyClosed()).isEmpty();
    }
  }

  @Test
  void many_threads_send_without_losing_or_mixing_a_command() throws Exception {
    int threads = 4;
    int each = 10_000;
    try (var client = KeeperClient.connect(socket, 42, heard);
        var keeper = listening.accept()) {
      for (int t = 0; t < threads; t++) {
        int thread = t;
        Thread.ofPlatform()
            .start(
                () ->
                    IntStream.range(0, each)
                        .forEach(i -> client.send(new Command.Survey((long) thread * each + i))));
      }
      var received = receive(keeper, 1 + threads * each);
      assertThat(received.getFirst()).isEqualTo(HELLO);
      for (int t = 0; t < threads; t++) {
        long first = (long) t * each;
        var ofThread =
            received.stream()
                .skip(1)
                .map(command -> ((Command.Survey) command).request())
                .filter(request -> request >= first && request < first + each)
                .toList();
        assertThat(ofThread).hasSize(each).isSorted();
      }
    }
  }

  @Test
  void a_command_larger_than_the_writers_buffer_keeps_its_place() throws Exception {
    try (var client = KeeperClient.connect(socket, 42, heard);
        var keeper = listening.accept()) {
      client.send(new Command.Survey(1));
      client.send(new Command.Input(2, Messages.RUN, 1, new byte[3_000_000], true));
      client.send(new Command.Survey(3));
      var received = receive(keeper, 4);
      assertThat(received.get(1)).isEqualTo(new Command.Survey(1));
      assertThat(((Command.Input) received.get(2)).bytes()).hasSize(3_000_000);
      assertThat(received.get(3)).isEqualTo(new Command.Survey(3));
    }
  }

  @Test
  void what_was_sent_before_the_close_arrives() throws Exception {
    var client = KeeperClient.connect(socket, 42, heard);
    try (var keeper = listening.accept()) {
      for (int i = 0; i < 1000; i++) {
        client.send(new Command.Survey(i));
      }
      client.send(new Command.End());
      client.close();
      assertThat(receive(keeper, 1002).getLast()).isEqualTo(new Command.End());
      assertThat(keeper.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
    assertThat(heard.whyClosed()).isEmpty();
  }

  @Test
  void a_close_is_told_once_however_often_it_is_said() throws Exception {
    var client = KeeperClient.connect(socket, 42, heard);
    try (var keeper = listening.accept()) {
      receive(keeper, 1);
      client.close();
      assertThat(heard.whyClosed()).isEmpty();
      client.close();
      client.send(new Command.Survey(1));
      assertThat(keeper.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
    assertThat(heard.timesClosed()).isEqualTo(1);
  }

  @Test
  void a_close_does_not_wait_for_a_keeper_that_does_not_read() throws Exception {
    var client = KeeperClient.connect(socket, 42, heard);
    try (var keeper = listening.accept()) {
      client.send(new Command.Input(1, Messages.RUN, 1, new byte[4_000_000], false));
      client.close();
      assertThat(heard.whyClosed()).isEmpty();
      assertThat(keeper.isOpen()).isTrue();
    }
  }

  @Test
  void the_last_words_of_a_keeper_that_closes_are_heard() throws Exception {
    var last = new News.InputTaken(1);
    try (var client = KeeperClient.connect(socket, 42, heard)) {
      try (var keeper = listening.accept()) {
        receive(keeper, 1);
        write(keeper, Wire.frame(last));
      }
      assertThat(heard.take()).isEqualTo(last);
      assertThat(heard.whyClosed()).get().isInstanceOf(EOFException.class);
      client.send(new Command.Survey(1));
    }
    assertThat(heard.timesClosed()).isEqualTo(1);
  }

  @Test
  void garbage_ends_the_connection() throws Exception {
    try (var client = KeeperClient.connect(socket, 42, heard);
        var keeper = listening.accept()) {
      write(keeper, new byte[] {-1, -1, -1, -1});
      assertThat(heard.whyClosed()).get().isInstanceOf(Wire.Malformed.class);
      client.send(new Command.Survey(1));
    }
  }

  @Test
  void a_keeper_that_never_reads_costs_bounded_memory_and_then_the_connection() throws Exception {
    try (var client = KeeperClient.connect(socket, 42, heard, 4 << 20);
        var keeper = listening.accept()) {
      var command = new Command.Input(1, Messages.RUN, 1, new byte[60_000], false);
      long sent = 0;
      while (!heard.isClosed()) {
        client.send(command);
        sent++;
      }
      assertThat(sent).isGreaterThan((4 << 20) / 61_000);
      assertThat(heard.whyClosed().orElseThrow()).hasMessage("the keeper does not read");
      assertThat(keeper.isOpen()).isTrue();
    }
  }

  @Test
  void a_listener_that_fails_ends_the_connection_with_its_failure() throws Exception {
    heard.failAtNext(new IllegalStateException("a bug"));
    try (var client = KeeperClient.connect(socket, 42, heard);
        var keeper = listening.accept()) {
      write(keeper, Wire.frame(new News.InputTaken(1)));
      assertThat(heard.whyClosed().orElseThrow()).hasMessage("a bug");
      client.send(new Command.Survey(1));
    }
  }

  @Test
  void nothing_is_told_after_the_close() throws Exception {
    var client = KeeperClient.connect(socket, 42, heard);
    heard.atNext(client::close);
    try (var keeper = listening.accept()) {
      var one = Wire.frame(new News.InputTaken(1));
      write(keeper, Frames.join(List.of(one, one, one)));
      assertThat(heard.whyClosed()).isEmpty();
    }
    assertThat(heard.count()).isEqualTo(1);
  }

  @Test
  void without_a_keeper_connecting_fails() throws IOException {
    listening.close();
    assertThatThrownBy(() -> KeeperClient.connect(socket, 42, heard))
        .isInstanceOf(IOException.class);
  }

  private List<Command> receive(SocketChannel keeper, int count) throws Exception {
    var received = new ArrayList<Command>();
    var buffer = ByteBuffer.allocate(64 << 10);
    while (received.size() < count) {
      assertThat(keeper.read(buffer)).isPositive();
      commands.feed(buffer.flip());
      buffer.clear();
      for (var next = commands.next(); next.isPresent(); next = commands.next()) {
        received.add(next.get());
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
