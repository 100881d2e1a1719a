package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.MillraceProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// SIGTERM and another start, as an upgrade does it.
class RestartsIT {
  private static final int SCRIPTS = 100;

  @Test
  void a_hundred_scripts_do_not_notice_an_upgrade(@TempDir Path traces) throws Exception {
    try (var service = MillraceProcess.start("--on-stop=detach")) {
      var keeper = service.keeper().pid();
      var before = service.api();
      var runs =
          IntStream.range(0, SCRIPTS).mapToObj(i -> before.submit(script(traces, i))).toList();
      await().until(() -> IntStream.range(0, SCRIPTS).allMatch(i -> pid(traces, i) > 0));
      var pids = IntStream.range(0, SCRIPTS).mapToObj(i -> pid(traces, i)).toList();
      service.terminate();
      assertThat(pids).allMatch(RestartsIT::isAlive);
      service.restart();
      assertThat(pids).allMatch(RestartsIT::isAlive);
      assertThat(service.keeper().pid()).isEqualTo(keeper);
      Files.createFile(traces.resolve("gate"));
      for (int i = 0; i < SCRIPTS; i++) {
        var run = service.api().awaitEnd(runs.get(i));
        assertThat(run.getInteger("exitCode")).as(run::encode).isEqualTo(i % 7);
        assertThat(service.api().output(runs.get(i))).asString().isEqualTo(pids.get(i) + "\n");
      }
      assertThat(traces.resolve("signals")).doesNotExist();
    }
  }

  /// Notes every signal that reaches it.
  private static String script(Path traces, int number) {
    return """
    for signal in HUP INT QUIT USR1 USR2 TERM CONT PIPE ALRM; do
      trap "echo $signal >> %1$s/signals" $signal
    done
    exec {never}<> <(:)
    echo $$ > %1$s/%2$d.new && mv %1$s/%2$d.new %1$s/%2$d
    while [ ! -e %1$s/gate ]; do read -t 0.1 -u $never; done
    echo $$
    exit %3$d
    """
        .formatted(traces, number, number % 7);
  }

  private static long pid(Path traces, int number) {
    try {
      var file = traces.resolve(Integer.toString(number));
      return Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
    } catch (java.io.IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid)
        .map(ProcessHandle::info)
        .flatMap(ProcessHandle.Info::command)
        .filter(command -> List.of("bash").contains(Path.of(command).getFileName().toString()))
        .isPresent();
  }
}
