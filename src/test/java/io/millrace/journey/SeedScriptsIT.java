package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Api;
import io.millrace.testing.MillraceProcess;
import io.millrace.testing.SharedMillrace;
import io.millrace.testing.Viewer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The scripts of the systems that Millrace replaces.
@ExtendWith(SharedMillrace.class)
class SeedScriptsIT {

  @Test
  void a_loop_of_100_lines_is_followed_live_and_stopped_with_its_output_kept(
      MillraceProcess service, Api api) {
    var id = api.submit("for ((i=1; i<=100; i++))\ndo\n   echo $i\n   sleep 2\ndone");
    try (var viewer = Viewer.open(service, id, 0)) {
      viewer.awaitFrame(frame -> "2\n".equals(frame.getString("data")));
      assertThat(api.cancel(id).statusCode()).isEqualTo(202);
      var run = viewer.awaitEnd();
      assertThat(run.getString("status")).isEqualTo("cancelled");
      assertThat(viewer.text()).startsWith("1\n2\n");
      assertThat(api.output(id)).isEqualTo(viewer.bytes());
    }
  }

  @Test
  void ls_lists_the_working_directory(Api api, @TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("small"), "1");
    Files.writeString(folder.resolve("large"), "12345");
    var id =
        api.submit(new JsonObject().put("script", "ls -l -1 -S").put("workdir", folder.toString()));
    assertThat(api.awaitEnd(id).getString("status")).isEqualTo("succeeded");
    assertThat(text(api, id)).matches("(?s)total .*large\n.*small\n");
  }

  @Test
  void a_pipeline_finds_its_lines(Api api, @TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("Makefile"), "all:\n\tdocker build .\nclean:\n\trm -f x\n");
    var id =
        api.submit(
            new JsonObject()
                .put("script", "cat Makefile | grep \"docker\"")
                .put("workdir", folder.toString()));
    assertThat(api.awaitEnd(id).getInteger("exitCode")).isZero();
    assertThat(text(api, id)).isEqualTo("\tdocker build .\n");
  }

  private static String text(Api api, String id) {
    return new String(api.output(id), StandardCharsets.UTF_8);
  }
}
