package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.app.Millrace;
import io.millrace.testing.Api;
import io.millrace.testing.MillraceProcess;
import io.millrace.testing.Viewer;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A build while the service runs: its classes are replaced, or gone for a moment.
class ReplacedClassesIT {

  @Test
  void a_build_that_replaces_the_classes_does_not_harm(@TempDir Path folder) throws Exception {
    var built = Path.of(Millrace.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    var classes = Files.createDirectory(folder.resolve("classes"));
    copy(built, classes);
    try (var service = MillraceProcess.startFrom(classPath(built, classes), "--log-level=info")) {
      await().until(() -> service.log().contains("classes: read ahead"));
      spoil(classes);
      var api = service.api();
      useAllOfIt(service, api);
      service.keeper().destroyForcibly();
      await().until(() -> api.awaitEnd(api.submit("exit 4")).getInteger("exitCode") != null);
      service.terminate();
      copy(built, classes);
      service.restart();
      assertThat(service.log()).doesNotContain("NoClassDefFoundError", "ClassFormatError");
    }
  }

  private static void useAllOfIt(MillraceProcess service, Api api) {
    var run = api.submit(new JsonObject().put("script", "cat; sleep 60").put("stdin", true));
    try (var viewer = Viewer.open(service, run, 0)) {
      viewer.send(new JsonObject().put("type", "input").put("data", "hello\n"));
      viewer.awaitFrame(frame -> "hello\n".equals(frame.getString("data")));
      assertThat(api.cancel(run).statusCode()).isEqualTo(202);
      assertThat(viewer.awaitEnd().getString("status")).isEqualTo("cancelled");
    }
    for (var path :
        new String[] {
          "/metrics", "/version", "/openapi.yaml", "/health/ready", "/api/v1/runs?text=hello"
        }) {
      assertThat(api.get(path).statusCode()).as(path).isEqualTo(200);
    }
    assertThat(api.get("/api/v1/runs?cursor=nonsense").statusCode()).isEqualTo(400);
    assertThat(api.delete("/api/v1/runs/" + run).statusCode()).isEqualTo(204);
  }

  private static String classPath(Path built, Path classes) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.endsWith("test-classes"))
        .map(entry -> Path.of(entry).equals(built) ? classes.toString() : entry)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var target = to.resolve(from.relativize(file));
        Files.createDirectories(target.getParent());
        Files.deleteIfExists(target);
        Files.copy(file, target);
      }
    }
  }

  /// Half of the classes go, the others are written over with what no JVM can read.
  private static void spoil(Path classes) throws IOException {
    try (var files = Files.walk(classes)) {
      for (var file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
        if (file.getFileName().toString().length() % 2 == 0) {
          Files.delete(file);
        } else {
          Files.writeString(file, "half a build");
        }
      }
    }
  }
}
