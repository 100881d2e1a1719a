package io.millrace.keeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.Outcome;
import io.millrace.run.ProcessEnd;
import io.millrace.run.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeeperInputTest {
  private static final Outcome SUCCESS = new Outcome.Ended(new ProcessEnd.Exited(0));
  private Path folder;
  private TestKeeper keeper;
  private Server server;
  private long requests;

  @BeforeAll
  void open(@TempDir Path given) throws Exception {
    folder = given;
    keeper = new TestKeeper(folder);
    server = keeper.connect();
  }

  @AfterAll
  void end() throws Exception {
    server.close();
    keeper.close();
  }

  @Test
  void input_is_read_as_it_was_sent_until_its_end() throws Exception {
    var script = started("od -An -c", StdinMode.PIPE);
    assertThat(input(script, "ä\0".getBytes(UTF_8), false)).isEmpty();
    assertThat(input(script, "\n".getBytes(UTF_8), false)).isEmpty();
    assertThat(input(script, "end".getBytes(UTF_8), true)).isEmpty();
    assertThat(server.awaitExit(script).outcome()).isEqualTo(SUCCESS);
    assertThat(keeper.output(script).strip().split("\\s+"))
        .containsExactly("303", "244", "\\0", "\\n", "e", "n", "d");
  }

  @Test
  void an_end_of_input_needs_no_bytes_and_is_the_last() throws Exception {
    var script = started("cat; echo read; sleep 1000", StdinMode.PIPE);
    assertThat(input(script, new byte[0], true)).isEmpty();
    server.awaitOutput(script, 5);
    assertThat(input(script, new byte[1], false)).contains(InputRefusal.CLOSED);
    assertThat(input(script, new byte[0], true)).contains(InputRefusal.CLOSED);
    stop(script);
  }

  @Test
  void a_script_that_closes_its_input_refuses_more() throws Exception {
    var script = started("exec <&-; echo closed; sleep 1000", StdinMode.PIPE);
    server.awaitOutput(script, 7);
    assertThat(input(script, new byte[1], false)).contains(InputRefusal.CLOSED);
    assertThat(input(script, new byte[1], false)).contains(InputRefusal.CLOSED);
    stop(script);
  }

  @Test
  void a_pipe_that_is_full_takes_nothing_until_it_is_read_and_loses_nothing() throws Exception {
    var sign = folder.resolve("read now");
    var script =
        started("while [ ! -e '" + sign + "' ]; do sleep 0.01; done; wc -c", StdinMode.PIPE);
    var piece = new byte[40_000];
    long taken = 0;
    Optional<InputRefusal> refusal = Optional.empty();
    while (refusal.isEmpty()) {
      refusal = input(script, piece, false);
      taken += refusal.isEmpty() ? piece.length : 0;
    }
    assertThat(refusal).contains(InputRefusal.FULL);
    assertThat(taken).isPositive();
    Files.createFile(sign);
    while (input(script, new byte[0], true).isPresent()) {
      Thread.yield();
    }
    assertThat(server.awaitExit(script).outcome()).isEqualTo(SUCCESS);
    assertThat(keeper.output(script)).isEqualTo(taken + "\n");
  }

  @Test
  void an_input_that_is_larger_than_the_pipe_is_taken_whole() throws Exception {
    var script = started("read -r go; cat | wc -c", StdinMode.PIPE);
    assertThat(input(script, ("go\n" + "x".repeat(500_000)).getBytes(UTF_8), true)).isEmpty();
    assertThat(server.awaitExit(script).outcome()).isEqualTo(SUCCESS);
    assertThat(keeper.output(script)).isEqualTo("500000\n");
  }

  @Test
  void without_a_pipe_there_is_no_input() throws Exception {
    var script = started("cat; echo nothing; sleep 1000", StdinMode.NONE);
    server.awaitOutput(script, 8);
    assertThat(input(script, new byte[1], false)).contains(InputRefusal.NO_STDIN);
    assertThat(keeper.output(script)).isEqualTo("nothing\n");
    stop(script);
  }

  @Test
  void an_input_that_was_given_with_the_script_is_its_standard_input() throws Exception {
    var script = keeper.script("cat", Optional.of("given\n".getBytes(UTF_8)));
    server.send(script.start(StdinMode.FILE));
    assertThat(server.awaitExit(script).outcome()).isEqualTo(SUCCESS);
    assertThat(keeper.output(script)).isEqualTo("given\n");
    assertThat(input(script, new byte[1], false)).contains(InputRefusal.NOT_RUNNING);
  }

  @Test
  void what_does_not_run_takes_no_input() throws Exception {
    assertThat(input(keeper.script("true"), new byte[1], true)).contains(InputRefusal.NOT_RUNNING);
  }

  @Test
  void a_terminal_has_its_size_and_gets_another_one() throws Exception {
    var script =
        keeper.script(
            """
            trap 'stty size; exit' WINCH
            stty size
            while :; do sleep 0.01; done
            """);
    server.send(script.start(new Terminal(100, 30)));
    server.awaitOutput(script, 1);
    assertThat(keeper.output(script)).isEqualTo("30 100\r\n");
    server.send(new Command.Resize(script.run(), 1, new Terminal(120, 40)));
    assertThat(server.awaitExit(script).outcome()).isEqualTo(SUCCESS);
    assertThat(keeper.output(script)).isEqualTo("30 100\r\n40 120\r\n");
  }

  @Test
  void a_terminal_takes_lines_and_an_end() throws Exception {
    var script = keeper.script("stty -echo; echo ready; cat");
    server.send(script.start(new Terminal(80, 24)));
    server.awaitOutput(script, 7);
    assertThat(input(script, "line\n".getBytes(UTF_8), true)).isEmpty();
    assertThat(server.awaitExit(script).outcome()).isEqualTo(SUCCESS);
    assertThat(keeper.output(script)).isEqualTo("ready\r\nline\r\n");
  }

  @Test
  void a_resize_of_what_has_no_terminal_changes_nothing() throws Exception {
    var script = started("read -r line", StdinMode.PIPE);
    server.send(new Command.Resize(script.run(), 1, new Terminal(120, 40)));
    assertThat(input(script, "\n".getBytes(UTF_8), false)).isEmpty();
    assertThat(server.awaitExit(script).outcome()).isEqualTo(SUCCESS);
  }

  private Script started(String text, StdinMode stdin) throws Exception {
    var script = keeper.script(text);
    server.send(script.start(stdin));
    server.awaitStarted(script);
    return script;
  }

  private Optional<InputRefusal> input(Script script, byte[] bytes, boolean eof)
      throws InterruptedException {
    long request = ++requests;
    server.send(new Command.Input(request, script.run(), 1, bytes, eof));
    var answer =
        server
            .heard()
            .await(
                News.class,
                news ->
                    (news instanceof News.InputTaken taken && taken.request() == request)
                        || (news instanceof News.InputRefused refused
                            && refused.request() == request));
    return answer instanceof News.InputRefused refused
        ? Optional.of(refused.why())
        : Optional.empty();
  }

  private void stop(Script script) throws InterruptedException {
    server.send(script.stop("enough"));
    server.awaitExit(script);
  }
}
