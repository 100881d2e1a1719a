package io.millrace.keeper.os;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.keeper.os.Spawned.Cause;
import io.millrace.keeper.os.Spawned.NotStarted;
import io.millrace.keeper.os.Streams.FileInput;
import io.millrace.keeper.os.Streams.NoInput;
import io.millrace.keeper.os.Streams.PipeInput;
import io.millrace.keeper.os.Streams.Piped;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpawnTest {
  @TempDir Path folder;

  @Test
  void a_script_says_hello_and_exits_3() throws IOException {
    var result = Bash.run("echo hello; echo no >&2; exit 3");

    assertThat(result.stdout()).isEqualTo("hello\n");
    assertThat(result.stderr()).isEqualTo("no\n");
    assertThat(result.ended().describe()).isEqualTo("exited with code 3");
  }

  @ParameterizedTest
  @CsvSource({
    "exit 0, false, 0",
    "exit 137, false, 137",
    "exec false, false, 1",
    "no-such-command, false, 127",
    "kill -9 $$, true, 9",
    "kill -SEGV $$, true, 11",
    "kill -TERM $$, true, 15",
    "kill -RTMIN $$, true, 34"
  })
  void the_end_is_told_exactly(String script, boolean bySignal, int number) throws IOException {
    var ended = Bash.run(script).ended();

    assertThat(ended.bySignal()).isEqualTo(bySignal);
    assertThat(ended.number()).isEqualTo(number);
  }

  @Test
  void a_child_has_descriptors_0_1_and_2_only() throws IOException {
    assertThat(Bash.run("ls /proc/$$/fd; :").stdout()).isEqualToIgnoringNewLines("0\n1\n2\n");
  }

  @Test
  void a_child_starts_with_no_signal_blocked_or_ignored_and_leads_its_session() throws IOException {
    var status = Bash.run(List.of("/bin/cat", "/proc/self/status"), List.of()).stdout();
    assertThat(status)
        .contains("SigBlk:\t0000000000000000")
        .contains("SigIgn:\t0000000000000000")
        .contains("SigCgt:\t0000000000000000");

    assertThat(
            Bash.run(
                "read -r pid _ _ _ pgrp session _ </proc/$$/stat; echo $((pid-pgrp))"
                    + " $((pid-session))"))
        .extracting(Bash.Result::stdout)
        .isEqualTo("0 0\n");
  }

  @Test
  void a_child_has_exactly_the_environment_given() throws IOException {
    var environment = List.of("A=1", "EMPTY=", "Ü=groß\nund zwei Zeilen", "A=again");

    assertThat(Bash.run(List.of("/usr/bin/env", "-0"), environment).stdout().split("\0"))
        .containsExactlyElementsOf(environment);
    assertThat(Bash.run(List.of("/usr/bin/env"), List.of()).stdout()).isEmpty();
  }

  @Test
  void arguments_arrive_as_they_are() throws IOException {
    var arguments = List.of("/usr/bin/printf", "[%s]", "", "a b", "'\"$x", "日本", "\n");

    assertThat(Bash.run(arguments, List.of()).stdout()).isEqualTo("[][a b]['\"$x][日本][\n]");
  }

  @Test
  void a_child_may_open_as_many_files_as_the_service_was_started_with() throws IOException {
    long mine = Rlimit.of(0, Rlimit.OPEN_FILES).soft();

    assertThat(Bash.run("ulimit -Sn").stdout()).isEqualTo("1024\n");
    assertThat(Rlimit.of(0, Rlimit.OPEN_FILES).soft()).isEqualTo(mine);
  }

  @Test
  void a_child_dies_of_a_full_memory_before_the_service_does() throws IOException {
    assertThat(Bash.run("read -t 5 < <(sleep 0.05); cat /proc/self/oom_score_adj").stdout())
        .isEqualTo("500\n");
  }

  @Test
  void usage_covers_the_children_that_a_script_waited_for() throws IOException {
    var ended = Bash.run("bash -c 'for ((i=0;i<100000;i++)); do :; done'").ended();

    assertThat(ended.cpuMicros()).isGreaterThan(20_000);
    assertThat(ended.peakBytesAtMost()).isBetween(1_000_000L, Self.peakBytes());
  }

  @Test
  void stdin_is_empty_or_a_file_or_a_pipe() throws IOException {
    var file = Files.writeString(folder.resolve("input ü"), "from a file");
    var pipe = Pipe.forInput();
    try (var arena = Arena.ofConfined()) {
      Fd.write(pipe.writeEnd(), Bash.memory(arena, "from a pipe"), 11);
    }
    Fd.close(pipe.writeEnd());

    assertThat(cat(new NoInput())).isEmpty();
    assertThat(cat(new FileInput(file.toString()))).isEqualTo("from a file");
    assertThat(cat(new PipeInput(pipe.readEnd()))).isEqualTo("from a pipe");
    Fd.close(pipe.readEnd());
  }

  private static String cat(Streams.Input input) throws IOException {
    var out = Pipe.forOutput();
    var streams = new Piped(input, out.writeEnd(), out.writeEnd());
    var running = Bash.started(Bash.request(List.of("/bin/cat"), List.of(), streams));
    Fd.close(out.writeEnd());
    var text = Bash.readAll(out.readEnd());
    Bash.end(running);
    return text;
  }

  @Test
  void one_pipe_for_both_keeps_the_exact_order() throws IOException {
    var out = Pipe.forOutput();
    var streams = new Piped(new NoInput(), out.writeEnd(), out.writeEnd());
    var script = "for i in 1 2 3; do echo out $i; echo err $i >&2; done";
    var running =
        Bash.started(Bash.request(List.of("/bin/bash", "-c", script), List.of(), streams));
    Fd.close(out.writeEnd());

    assertThat(Bash.readAll(out.readEnd())).isEqualTo("out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n");
    Bash.end(running);
  }

  @Test
  void a_missing_working_directory_and_a_missing_interpreter_are_told_apart() {
    assertThat(refusal("/bin/bash", folder.resolve("gone").toString(), new NoInput()))
        .isEqualTo(
            new NotStarted(
                Cause.WORKDIR,
                "Working directory " + folder + "/gone: No such file or directory (ENOENT)"));
    assertThat(refusal("/bin/bash", "/etc/passwd", new NoInput()))
        .isEqualTo(
            new NotStarted(
                Cause.WORKDIR, "Working directory /etc/passwd: Not a directory (ENOTDIR)"));
    assertThat(refusal("/no/bash", "/", new NoInput()))
        .isEqualTo(
            new NotStarted(
                Cause.PROGRAM, "Interpreter /no/bash: No such file or directory (ENOENT)"));
    assertThat(refusal("/etc/passwd", "/", new NoInput()))
        .isEqualTo(
            new NotStarted(Cause.PROGRAM, "Interpreter /etc/passwd: Permission denied (EACCES)"));
    assertThat(refusal("/bin/bash", "/", new FileInput("/no/input")))
        .isEqualTo(
            new NotStarted(Cause.INPUT, "Input /no/input: No such file or directory (ENOENT)"));
  }

  @Test
  void an_interpreter_whose_own_interpreter_is_missing_says_so() throws IOException {
    var script = Files.writeString(folder.resolve("script"), "#!/no/such/thing\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();

    assertThat(refusal(script.toString(), "/", new NoInput()))
        .isEqualTo(
            new NotStarted(
                Cause.PROGRAM, "Interpreter " + script + ": its own interpreter is not there"));
  }

  private static Spawned refusal(String program, String workdir, Streams.Input input) {
    var streams = new Piped(input, 3, 3);
    return Bash.spawn(
        new SpawnRequest(
            List.of(program), List.of(), workdir, streams, Bash.newMark(), OptionalInt.empty()));
  }

  @Test
  void an_argument_that_is_too_long_or_has_a_NUL_is_an_answer_and_no_exception() {
    assertThat(echo("x".repeat(131_072))).extracting(NotStarted::cause).isEqualTo(Cause.ARGUMENTS);
    assertThat(echo("a\0b")).extracting(NotStarted::cause).isEqualTo(Cause.ARGUMENTS);
  }

  private static NotStarted echo(String argument) {
    var streams = new Piped(new NoInput(), 3, 3);
    return (NotStarted)
        Bash.spawn(Bash.request(List.of("/bin/echo", argument), List.of(), streams));
  }

  @Test
  void every_process_of_a_script_carries_its_mark() throws IOException {
    var mark = Bash.newMark();
    var out = Pipe.forOutput();
    var script = "ulimit -R; (setsid env -i bash -c 'ulimit -R' & wait)";
    var running =
        Bash.started(
            new SpawnRequest(
                List.of("/bin/bash", "-c", script),
                Bash.ENVIRONMENT,
                "/",
                new Piped(new NoInput(), out.writeEnd(), out.writeEnd()),
                mark,
                OptionalInt.empty()));
    Fd.close(out.writeEnd());

    assertThat(Bash.readAll(out.readEnd())).isEqualTo((mark.value() + "\n").repeat(2));
    assertThat(Mark.ofProcess(Self.pid())).isEmpty();
    Bash.end(running);
  }
}
