package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.MillraceProcess;
import io.millrace.testing.SharedMillrace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What a service does not start with: folders that are not its own, and what it can never have.
@ExtendWith(SharedMillrace.class)
class RefusedStartsIT {

  private record Refusal(int code, String said) {}

  @Test
  void a_second_server_on_one_data_directory_refuses(MillraceProcess service, @TempDir Path folder)
      throws Exception {
    var refusal = serve(service.dataDir(), closed(folder.resolve("run")));
    assertThat(refusal.code()).isEqualTo(1);
    assertThat(refusal.said())
        .isEqualTo(
            "millrace: Another millrace serves from %s. Stop that one first, or give this one a folder of its own with --data-dir.\n"
                .formatted(service.dataDir()));
    assertThat(service.api().awaitEnd(service.api().submit("true")).getString("status"))
        .isEqualTo("succeeded");
  }

  @Test
  void a_folder_with_other_peoples_files_is_refused(@TempDir Path folder) throws Exception {
    var data = closed(folder.resolve("data"));
    Files.writeString(data.resolve("thesis.tex"), "precious");
    var refusal = serve(data, closed(folder.resolve("run")));
    assertThat(refusal.code()).isEqualTo(1);
    assertThat(refusal.said()).contains("not a data directory of Millrace", "thesis.tex");
    assertThat(Files.list(data)).containsExactly(data.resolve("thesis.tex"));
  }

  @Test
  void a_folder_that_others_can_write_is_refused(@TempDir Path folder) throws Exception {
    var open = closed(folder.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    var closed = closed(folder.resolve("closed"));
    assertThat(serve(open, closed).said()).contains("can be written by others", "chmod go-w");
    assertThat(serve(closed, open).said()).contains("can be written by others", "--run-dir");
  }

  @Test
  void a_folder_of_a_node_with_another_name_is_refused_and_keeps_its_name(@TempDir Path folder)
      throws Exception {
    var data = closed(folder.resolve("data"));
    Files.writeString(
        data.resolve("millrace-data"), "This folder belongs to Millrace. Format 1.\n");
    Files.writeString(data.resolve("node"), "first\n");
    var refusal = serve(data, closed(folder.resolve("run")), "--node=second");
    assertThat(refusal.code()).isEqualTo(1);
    assertThat(refusal.said()).contains("belongs to node 'first'", "'second'", "--data-dir");
  }

  @Test
  void a_port_that_is_taken_is_refused_by_its_number(@TempDir Path folder) throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var refusal =
          serve(
              closed(folder.resolve("data")),
              closed(folder.resolve("run")),
              "--port=" + taken.getLocalPort());
      assertThat(refusal.code()).isEqualTo(1);
      assertThat(refusal.said())
          .contains("Port " + taken.getLocalPort() + " of 127.0.0.1 cannot be opened", "--port");
    }
  }

  @Test
  void a_user_for_scripts_who_does_not_exist_is_refused(@TempDir Path folder) throws Exception {
    var refusal =
        serve(
            closed(folder.resolve("data")), closed(folder.resolve("run")), "--run-user=nobodyhere");
    assertThat(refusal.code()).isEqualTo(1);
    assertThat(refusal.said()).contains("no user 'nobodyhere'", "--run-user");
  }

  private static Path closed(Path folder) throws IOException {
    return Files.createDirectory(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  private static Refusal serve(Path data, Path run, String... options)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "io.millrace.cli.Main",
            "serve",
            "--data-dir=" + data,
            "--run-dir=" + run));
    command.addAll(List.of(options));
    if (!String.join(" ", options).contains("--port")) {
      command.add("--port=0");
    }
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Refusal(process.exitValue(), said);
  }
}
