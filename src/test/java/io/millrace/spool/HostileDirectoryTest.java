package io.millrace.spool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.OutputCounts;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A script that runs as the service's own user can do anything to its directory. It harms its own
/// output only.
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class HostileDirectoryTest {
  private static final long LIMIT = 1 << 20;
  private static final String FIRST = "00000000000000000000";
  @TempDir Path folder;
  private RunDirectory directory;
  private Path place;

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = Spools.directory(folder);
    place = directory.places().getFirst();
  }

  @Test
  void a_link_in_the_place_of_a_file_is_replaced_and_never_written_through() throws IOException {
    var victim = Files.writeString(folder.resolve("victim"), "precious");
    for (var name : List.of(FIRST + ".out", FIRST + ".idx", "exit")) {
      Files.createSymbolicLink(place.resolve(name), victim);
    }
    write("hello");
    directory.writeExit(ExitRecords.of(directory, new OutputCounts(5, 5, 0, 0)));
    assertThat(Spools.output(directory)).isEqualTo("hello".getBytes(UTF_8));
    assertThat(directory.readExit()).isPresent();
    assertThat(victim).hasContent("precious");
  }

  @Test
  void links_are_not_read_through() throws IOException {
    write("hello");
    directory.writeExit(ExitRecords.of(directory, OutputCounts.ZERO));
    for (var name : List.of(FIRST + ".out", FIRST + ".idx", "exit")) {
      var moved = Files.move(place.resolve(name), folder.resolve(name));
      Files.createSymbolicLink(place.resolve(name), moved);
      assertThat(Spools.output(directory)).isEmpty();
    }
    assertThat(directory.readExit()).isEmpty();
  }

  @Test
  void a_pipe_in_the_place_of_a_file_holds_up_nobody() throws Exception {
    for (var name : List.of(FIRST + ".out", FIRST + ".idx", "exit")) {
      var made = new ProcessBuilder("mkfifo", place.resolve(name).toString()).start().waitFor();
      assertThat(made).isZero();
    }
    assertThat(Spools.output(directory)).isEmpty();
    assertThat(directory.readExit()).isEmpty();
    write("hello");
    assertThat(Spools.output(directory)).isEqualTo("hello".getBytes(UTF_8));
  }

  @Test
  void a_folder_in_the_place_of_a_file_goes_with_all_that_is_in_it() throws IOException {
    Files.createDirectories(place.resolve("exit/deep/deeper"));
    Files.writeString(place.resolve("exit/deep/file"), "x");
    directory.writeExit(ExitRecords.of(directory, OutputCounts.ZERO));
    assertThat(directory.readExit()).isPresent();
  }

  @Test
  void a_link_in_the_place_of_the_directory_is_not_entered() throws IOException {
    var elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("precious"), "x");
    Files.move(place, folder.resolve("moved"));
    Files.createSymbolicLink(place, elsewhere);
    write("hello");
    directory.writeExit(ExitRecords.of(directory, new OutputCounts(5, 5, 0, 0)));
    assertThat(Spools.output(directory)).isEqualTo("hello".getBytes(UTF_8));
    directory.delete();
    assertThat(Spools.files(elsewhere)).containsExactly("precious");
    assertThat(place).doesNotExist();
  }

  @Test
  void a_directory_deleted_under_the_writer_costs_output_and_nothing_else() throws IOException {
    try (var writer = directory.openWriter(0, LIMIT, Spools.budget())) {
      writer.append(Stream.STDOUT, Spools.direct("abc".getBytes(UTF_8)), Spools.MILLIS);
      directory.delete();
      writer.append(Stream.STDOUT, Spools.direct(new byte[200_000]), Spools.MILLIS);
      assertThat(writer.counts().bytes()).isEqualTo(200_003);
    }
    directory.writeExit(ExitRecords.of(directory, new OutputCounts(200_003, 200_003, 0, 0)));
    try (var reader = directory.openReader(0)) {
      assertThat(Spools.readAll(reader, 0, 1 << 20).getLast().toString()).contains("Data");
    }
  }

  @Test
  void files_cut_short_read_as_gaps() throws IOException {
    write("hello");
    directory.writeExit(ExitRecords.of(directory, new OutputCounts(5, 5, 0, 0)));
    cut(place.resolve(FIRST + ".out"), 3);
    try (var reader = directory.openReader(0)) {
      assertThat(((Slice.Data) reader.read(0, 10)).bytes()).isEqualTo("hel".getBytes(UTF_8));
      assertThat(reader.read(3, 10)).isEqualTo(new Slice.Gap(3, 5));
    }
    cut(place.resolve(FIRST + ".idx"), 7);
    try (var reader = directory.openReader(0)) {
      assertThat(reader.read(0, 10)).isEqualTo(new Slice.Gap(0, 5));
      assertThat(reader.segments()).isEmpty();
    }
  }

  @Test
  void links_in_the_place_of_dropped_segments_are_not_written_through() throws IOException {
    var victim = Files.writeString(folder.resolve("victim"), "precious");
    try (var writer = directory.openWriter(0, LIMIT, Spools.budget())) {
      writer.append(Stream.STDOUT, Spools.direct(Spools.pattern(0, 1 << 20)), Spools.MILLIS);
      int planted = 0;
      for (var name : Spools.files(directory.places().getLast())) {
        var file = directory.places().getLast().resolve(name);
        Files.delete(file);
        switch (planted++ % 3) {
          case 0 -> Files.createSymbolicLink(file, victim);
          case 1 -> Files.createLink(file, victim);
          default -> Files.createDirectory(file);
        }
      }
      assertThat(planted).isGreaterThan(16);
      writer.append(Stream.STDOUT, Spools.direct(Spools.pattern(1 << 20, 1 << 20)), 1);
      assertThat(writer.lostBytes()).isZero();
    }
    try (var reader = directory.openReader(0)) {
      var tail = Spools.readAll(reader, 3 << 19, 1 << 20);
      assertThat(Spools.bytes(tail)).isEqualTo(Spools.pattern(3 << 19, 1 << 19));
    }
    assertThat(victim).hasContent("precious");
  }

  @Test
  void random_damage_of_indexes_never_fails_or_hangs_a_reader() throws IOException {
    var random = new Random(3);
    for (int i = 0; i < 300; i++) {
      directory = Spools.directory(directory.roots());
      place = directory.places().getFirst();
      try (var writer = directory.openWriter(0, LIMIT, Spools.budget())) {
        for (int k = 0; k < 40; k++) {
          writer.append(Stream.STDOUT, Spools.direct(new byte[1 + k]), Spools.MILLIS + k);
        }
      }
      try (var index = new RandomAccessFile(place.resolve(FIRST + ".idx").toFile(), "rw")) {
        index.seek(random.nextInt(640));
        index.write(random.nextInt(256));
        index.setLength(random.nextInt(700));
      }
      try (var reader = directory.openReader(0)) {
        for (var segment : reader.segments()) {
          assertThat(segment.bytes()).hasSizeLessThanOrEqualTo(820);
        }
        assertThat(Spools.bytes(Spools.readAll(reader, 0, 100)).length).isLessThanOrEqualTo(820);
      }
      directory.delete();
    }
  }

  @Test
  void segments_that_nobody_wrote_are_passed_over() throws IOException {
    write("hello");
    for (var name :
        List.of("99999999999999999999", "09223372036854775807", "00000000000000000002", "x")) {
      Files.write(place.resolve(name + ".idx"), new byte[50_000]);
      Files.write(place.resolve(name + ".out"), new byte[5]);
    }
    assertThat(Spools.output(directory)).startsWith('h', 'e', 'l', 'l', 'o');
  }

  @Test
  void whatever_was_left_in_the_directory_is_deleted_with_it() throws Exception {
    write("hello");
    Files.createDirectories(place.resolve("a/b/c"));
    Files.writeString(place.resolve("a/b/c/file"), "x");
    var outside = Files.writeString(folder.resolve("outside"), "x");
    Files.createSymbolicLink(place.resolve("a/link"), folder);
    Files.createLink(place.resolve("hard"), outside);
    new ProcessBuilder("chmod", "000", place.resolve("a/b").toString(), place.toString())
        .start()
        .waitFor();
    directory.delete();
    directory.delete();
    assertThat(place).doesNotExist();
    assertThat(outside).hasContent("x");
    assertThat(RunDirectory.list(directory.roots())).isEmpty();
  }

  @Test
  void what_lies_deeper_than_any_path_can_say_is_deleted_too() throws Exception {
    var deep =
        "cd \"$1\"; for i in {1..700}; do mkdir long-name-$i && cd long-name-$i && touch file ||"
            + " exit 1; done; chmod 500 . ..";
    var made = new ProcessBuilder("bash", "-c", deep, "bash", place.toString()).start();
    assertThat(made.waitFor()).isZero();
    Files.setPosixFilePermissions(
        place, java.nio.file.attribute.PosixFilePermissions.fromString("r-x------"));
    directory.delete();
    assertThat(place).doesNotExist();
  }

  private void write(String text) {
    try (var writer = directory.openWriter(0, LIMIT, Spools.budget())) {
      writer.append(Stream.STDOUT, Spools.direct(text.getBytes(UTF_8)), Spools.MILLIS);
    }
  }

  private static void cut(Path file, long length) throws IOException {
    try (var open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(length);
    }
  }
}
