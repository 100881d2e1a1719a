package io.millrace.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.run.OutputCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// On file systems of 256 KiB that are really full. Mounting them needs root.
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class FullDiskTest {
  private static final long LIMIT = 64 << 20;
  @TempDir Path folder;
  private SpoolRoots roots;
  private RunDirectory directory;

  @BeforeEach
  void mountTinyFileSystems() throws Exception {
    roots = Spools.roots(folder);
    for (var root : roots.all()) {
      assumeTrue(
          call("mount", "-t", "tmpfs", "-o", "size=256k,mode=700", "tmpfs", root.toString()),
          "cannot mount a file system here");
    }
    directory = Spools.directory(roots);
  }

  @AfterEach
  void unmount() throws Exception {
    for (var root : roots.all()) {
      call("umount", "-l", root.toString());
    }
  }

  @Test
  void a_full_memory_root_sends_script_output_and_exit_to_the_disk() throws IOException {
    fill(roots.memory());
    var bytes = Spools.pattern(0, 100_000);
    directory.create(new byte[20_000], Optional.empty());
    try (var writer = directory.openWriter(0, LIMIT, Spools.budget())) {
      writer.append(Stream.STDOUT, Spools.direct(bytes), Spools.MILLIS);
      assertThat(writer.lostBytes()).isZero();
    }
    directory.writeExit(ExitRecords.of(directory, new OutputCounts(100_000, 100_000, 0, 0)));
    assertThat(directory.scriptFile()).startsWith(roots.disk());
    assertThat(Spools.output(directory)).isEqualTo(bytes);
    assertThat(directory.readExit()).isPresent();
    directory.delete();
    assertThat(RunDirectory.list(roots)).isEmpty();
  }

  @Test
  void a_full_disk_makes_a_gap_of_what_it_cannot_take_and_goes_on_when_there_is_space()
      throws IOException {
    var ballast = Files.write(roots.disk().resolve("ballast"), new byte[100_000]);
    try (var writer = directory.openWriter(0, LIMIT, Spools.budget())) {
      for (int i = 0; i < 100; i++) {
        append(writer, 10_000);
      }
      long kept = kept(writer);
      assertThat(kept).isGreaterThan(64 << 10).isLessThan(256 << 10);
      assertThat(writer.lostBytes()).isEqualTo(writer.counts().truncatedBytes()).isPositive();
      Files.delete(ballast);
      while (kept(writer) == kept) {
        append(writer, 100);
      }
      append(writer, 5000);
      check(writer);
    }
  }

  @Test
  void a_disk_without_a_single_page_left_makes_one_gap_up_to_the_end() throws IOException {
    fill(roots.disk());
    fill(roots.memory());
    try (var writer = directory.openWriter(0, LIMIT, Spools.budget())) {
      append(writer, 1000);
      append(writer, 100_000);
      assertThat(writer.counts()).isEqualTo(new OutputCounts(101_000, 101_000, 0, 101_000));
      assertThat(writer.lostBytes()).isEqualTo(101_000);
      try (var reader = directory.openReader(0)) {
        assertThat(reader.read(0, 10)).isEqualTo(new Slice.AtEnd(0));
      }
      for (var root : roots.all()) {
        Files.delete(root.resolve("ballast"));
      }
      directory.writeExit(ExitRecords.of(directory, writer.counts()));
      check(writer);
    }
  }

  /// What is there reads right, and all that is missing is what the writer says it lost.
  private void check(OutputWriter writer) throws IOException {
    long at = 0;
    long gaps = 0;
    try (var reader = directory.openReader(0)) {
      for (var slice : Spools.readAll(reader, 0, 1 << 20)) {
        switch (slice) {
          case Slice.Data data -> {
            assertThat(data.offset()).isEqualTo(at);
            assertThat(Spools.firstWrong(data)).isEmpty();
            at = data.next();
          }
          case Slice.Gap gap -> {
            gaps += gap.next() - gap.offset();
            at = gap.next();
          }
          case Slice.NotHere away -> {
            gaps += away.firstHere().orElseThrow() - at;
            at = away.firstHere().orElseThrow();
          }
          case Slice.AtEnd end -> throw new AssertionError(end);
        }
      }
    }
    assertThat(at).isEqualTo(writer.end());
    assertThat(gaps).isEqualTo(writer.lostBytes());
  }

  private static long kept(OutputWriter writer) {
    return writer.counts().bytes() - writer.counts().truncatedBytes();
  }

  private static void append(OutputWriter writer, int length) {
    var bytes = Spools.direct(Spools.pattern(writer.end(), length));
    writer.append(Stream.STDOUT, bytes, Spools.MILLIS);
  }

  private static void fill(Path root) throws IOException {
    var ballast = root.resolve("ballast");
    try (var out = Files.newOutputStream(ballast)) {
      while (true) {
        out.write(new byte[4096]);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
  }

  private static boolean call(String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
  }
}
