package io.millrace.keeper.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.Test;

class PtyTest {
  @Test
  void a_terminal_controls_the_script_that_has_it() throws IOException {
    assertThat(
            inTerminal(
                "tty; stty size </dev/tty; [ -t 0 ] && [ -t 1 ] && [ -t 2 ] && echo all", ""))
        .matches("/dev/pts/\\d+\r\n24 80\r\nall\r\n");
  }

  @Test
  void ctrl_c_interrupts_and_ctrl_d_ends_the_input() throws IOException {
    // Not a read: bash would miss a signal that comes just before it.
    var script = "trap 'echo caught; exit' INT; echo ready; while :; do sleep 0.1; done";
    assertThat(inTerminal(script, "\003")).contains("caught");
    assertThat(inTerminal("cat; echo end", "typed\n\004")).endsWith("end\r\n");
  }

  @Test
  void a_resize_reaches_the_script() throws IOException {
    var pty = Pty.open(80, 24);
    var running =
        start(pty, "trap 'stty size; exit' WINCH; echo ready; while :; do read -r -t 1; done");
    var output = new StringBuilder();
    Bash.readUntil(pty.master(), output, text -> text.contains("ready"));
    pty.resize(132, 50);
    Bash.readUntil(pty.master(), output, _ -> false);

    assertThat(output.toString()).contains("50 132");
    Bash.end(running);
    Fd.close(pty.master());
  }

  private static String inTerminal(String script, String typed) throws IOException {
    var pty = Pty.open(80, 24);
    var running = start(pty, script);
    var output = new StringBuilder();
    if (!typed.isEmpty()) {
      if (script.contains("ready")) {
        Bash.readUntil(pty.master(), output, text -> text.contains("ready"));
      }
      try (var arena = Arena.ofConfined()) {
        Fd.write(pty.master(), Bash.memory(arena, typed), typed.length());
      }
    }
    Bash.readUntil(pty.master(), output, _ -> false);
    Bash.end(running);
    Fd.close(pty.master());
    return output.toString();
  }

  private static Spawned.Running start(Pty pty, String script) {
    return Bash.started(
        Bash.request(
            List.of("/bin/bash", "-c", script),
            Bash.ENVIRONMENT,
            new Streams.Terminal(pty.path())));
  }
}
