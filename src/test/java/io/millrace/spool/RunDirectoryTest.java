package io.millrace.spool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  @TempDir Path folder;

  @Test
  void script_and_input_are_private_files_that_a_second_create_replaces() throws IOException {
    var directory = Spools.directory(folder);
    directory.create("exit 3".getBytes(UTF_8), Optional.of("input".getBytes(UTF_8)));
    assertThat(directory.scriptFile()).hasContent("exit 3");
    assertThat(directory.stdinFile()).hasContent("input");
    assertThat(mode(directory.scriptFile())).isEqualTo("rw-------");
    assertThat(mode(directory.places().getFirst())).isEqualTo("rwx------");
  }

  @Test
  void large_scripts_and_inputs_lie_on_the_disk() throws IOException {
    var directory = Spools.directory(folder);
    directory.create(new byte[200_000], Optional.of(new byte[70_000]));
    assertThat(directory.scriptFile()).startsWith(directory.roots().disk()).hasSize(200_000);
    assertThat(directory.stdinFile()).startsWith(directory.roots().disk()).hasSize(70_000);
    directory.delete();
    assertThat(Spools.files(directory.roots().disk())).isEmpty();
  }

  @Test
  void a_script_of_another_user_can_be_reached_and_read_by_nobody_else() throws IOException {
    assumeTrue(Posix.userId() == 0, "only root can give a file away");
    var directory = Spools.directory(folder);
    directory.create(new byte[10], Optional.of(new byte[5]), Optional.of(new Owner(65534, 65534)));
    assertThat(mode(directory.places().getFirst())).isEqualTo("rwx--x--x");
    assertThat(mode(directory.scriptFile())).isEqualTo("r--------");
    assertThat(Files.getAttribute(directory.scriptFile(), "unix:uid")).isEqualTo(65534);
    assertThat(mode(directory.stdinFile())).isEqualTo("rw-------");
    assertThat(mode(directory.roots().memory())).isEqualTo("rwx--x--x");
  }

  @Test
  void all_attempts_are_listed_and_other_names_are_passed_over() throws IOException {
    var roots = Spools.roots(folder);
    var one = Spools.directory(roots);
    var two = RunDirectory.of(roots, one.run(), 2);
    two.create(new byte[100_000], Optional.empty());
    Files.createDirectory(roots.disk().resolve(one.run() + ".0"));
    Files.createDirectory(roots.disk().resolve(one.run() + ".x"));
    Files.createDirectory(roots.memory().resolve("lost+found"));
    assertThat(RunDirectory.list(roots)).containsExactlyInAnyOrder(one, two);
  }

  @Test
  void both_roots_may_be_one_folder() throws IOException {
    var roots = new SpoolRoots(folder.resolve("runs"), folder.resolve("runs"));
    roots.make();
    var directory = Spools.directory(roots);
    try (var writer = directory.openWriter(0, 1 << 20, Spools.budget())) {
      writer.append(Stream.STDOUT, Spools.direct(Spools.pattern(0, 300_000)), Spools.MILLIS);
    }
    assertThat(Spools.output(directory)).isEqualTo(Spools.pattern(0, 300_000));
    assertThat(RunDirectory.list(roots)).containsExactly(directory);
    directory.delete();
    assertThat(Spools.files(folder.resolve("runs"))).isEmpty();
  }

  @Test
  void a_root_that_others_can_write_is_refused() throws IOException {
    var roots = Spools.roots(folder);
    Files.setPosixFilePermissions(roots.memory(), PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(roots::make)
        .hasMessageContaining(roots.memory().toString())
        .hasMessageContaining("mode 777");
    Files.delete(roots.memory());
    Files.createSymbolicLink(roots.memory(), folder);
    assertThatThrownBy(roots::make).isInstanceOf(IOException.class);
  }

  @Test
  void an_ended_attempt_moves_from_memory_to_the_disk_under_a_reader() throws IOException {
    var directory = Spools.directory(folder);
    var output = Spools.pattern(0, 3_000_000);
    try (var writer = directory.openWriter(0, 64 << 20, Spools.budget());
        var reader = directory.openReader(0)) {
      writer.append(Stream.STDOUT, Spools.direct(output), Spools.MILLIS);
      directory.writeExit(ExitRecords.of(directory, writer.counts()));
      var first = (Slice.Data) reader.read(0, 1000);
      directory.moveToDisk();
      directory.moveToDisk();
      assertThat(Spools.files(directory.roots().memory())).isEmpty();
      assertThat(directory.readExit().map(ExitRecord::counts)).contains(writer.counts());
      assertThat(Spools.output(directory)).isEqualTo(output);
      assertThat(Spools.bytes(Spools.readAll(reader, first.next(), 100_000)))
          .hasSize(output.length - 1000);
    }
    directory.delete();
    assertThat(RunDirectory.list(directory.roots())).isEmpty();
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
