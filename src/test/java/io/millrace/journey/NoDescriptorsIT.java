package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.MillraceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server that may open nothing more: what ends meanwhile waits in the spool, and nothing of it
/// is lost.
class NoDescriptorsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Path JAR = Path.of("target", "millrace.jar").toAbsolutePath();

  /// Fewer than it has already.
  private static final String NONE = "10";

  @Test
  void what_ends_while_the_server_has_no_descriptor_is_stored_when_it_has_some_again(
      @TempDir Path folder) throws Exception {
    // The jar is open all the time; of a folder of classes none more could be loaded.
    try (var service = MillraceProcess.startFrom(JAR.toString())) {
      var api = service.api();
      assertThat(api.awaitEnd(api.submit("echo first")).getString("status")).isEqualTo("succeeded");
      var go = folder.resolve("go");
      var script = "until [ -e %s ]; do sleep 0.02; done; echo done".formatted(go);
      var runs = IntStream.range(0, 20).mapToObj(i -> api.submit(script)).toList();
      await()
          .atMost(PATIENCE)
          .until(() -> runs.stream().allMatch(run -> api.find(run).containsKey("startedAt")));
      var usual = limit(service);
      setLimit(service, NONE);
      Files.createFile(go);
      await().atMost(PATIENCE).until(() -> allHaveEnded(service, runs));
      await().atMost(PATIENCE).until(() -> service.log().contains("ended runs are not stored yet"));
      setLimit(service, usual);
      for (var run : runs) {
        assertThat(api.awaitEnd(run).getString("status")).isEqualTo("succeeded");
        assertThat(api.output(run)).asString().isEqualTo("done\n");
      }
    }
  }

  private static boolean allHaveEnded(MillraceProcess service, List<String> runs) {
    return runs.stream()
        .allMatch(
            run ->
                List.of(service.runDir(), service.dataDir().resolve("runs")).stream()
                    .anyMatch(root -> Files.exists(root.resolve(run + ".1").resolve("exit"))));
  }

  private static String limit(MillraceProcess service) throws IOException, InterruptedException {
    var asked =
        new ProcessBuilder(
                "prlimit",
                "--pid",
                Long.toString(service.pid()),
                "--nofile",
                "--noheadings",
                "--raw",
                "--output=SOFT")
            .start();
    var answer = new String(asked.getInputStream().readAllBytes()).strip();
    assertThat(asked.waitFor()).isZero();
    return answer;
  }

  /// The soft limit, so that an ordinary user may raise it again.
  private static void setLimit(MillraceProcess service, String files)
      throws IOException, InterruptedException {
    var set =
        new ProcessBuilder(
                "prlimit", "--pid", Long.toString(service.pid()), "--nofile=" + files + ":")
            .inheritIO()
            .start();
    assertThat(set.waitFor()).isZero();
  }
}
