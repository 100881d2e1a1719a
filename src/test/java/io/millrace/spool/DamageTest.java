package io.millrace.spool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.run.OutputCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Every file of a run directory, cut at every byte and with every bit of it turned over: readers
/// tell what is left, and nothing that was never written.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class DamageTest {
  private static final String FIRST = "00000000000000000000";
  private static final byte[] WRITTEN = "first\nsecond\nthird\n".getBytes(UTF_8);
  private static final OutputCounts COUNTS =
      new OutputCounts(WRITTEN.length, WRITTEN.length - 7, 7, 0);

  @TempDir Path folder;
  private RunDirectory directory;
  private Path place;

  @BeforeEach
  void write() throws IOException {
    directory = Spools.directory(folder);
    place = directory.places().getFirst();
    directory.writeStarted("started".getBytes(UTF_8));
    try (var writer = directory.openWriter(0, 1 << 20, Spools.budget())) {
      writer.append(Stream.STDOUT, Spools.direct("first\n".getBytes(UTF_8)), Spools.MILLIS);
      writer.append(Stream.STDERR, Spools.direct("second\n".getBytes(UTF_8)), Spools.MILLIS + 1);
      writer.append(Stream.STDOUT, Spools.direct("third\n".getBytes(UTF_8)), Spools.MILLIS + 2);
    }
    directory.writeExit(ExitRecords.of(directory, COUNTS));
  }

  @Test
  void an_exit_record_counts_whole_or_not_at_all() throws IOException {
    var exit = directory.readExit();
    assertThat(exit).isPresent();
    damage("exit", () -> assertThat(directory.readExit()).isEmpty());
    assertThat(directory.readExit()).isEqualTo(exit);
    assertThat(directory.hasExit()).isTrue();
  }

  @Test
  void damaged_output_reads_as_gaps_up_to_the_known_end() throws IOException {
    for (var name : List.of(FIRST + ".out", FIRST + ".idx")) {
      damage(name, this::readsToTheKnownEnd);
    }
  }

  @Test
  void damaged_output_of_a_run_that_lives_is_read_without_a_failure() throws IOException {
    Files.delete(place.resolve("exit"));
    for (var name : List.of(FIRST + ".out", FIRST + ".idx")) {
      damage(name, this::readsWhatIsBelieved);
    }
  }

  @Test
  void a_forged_index_makes_no_gap_beyond_what_the_keeper_told() throws IOException {
    for (long first : List.of(21L, 9_007_199_254_740_000L)) {
      var frames = List.of(new Frame(Stream.STDOUT, Spools.MILLIS, first + WRITTEN.length));
      Files.write(place.resolve(SegmentName.frames(first)), Frame.encode(frames));
      Files.write(place.resolve(SegmentName.bytes(first)), WRITTEN);
    }
    readsToTheKnownEnd();
    assertThat(Spools.output(directory)).isEqualTo(WRITTEN);
    Files.delete(place.resolve("exit"));
    readsWhatIsBelieved();
    try (var reader = directory.openReader(0, 25)) {
      assertThat(reader.read(WRITTEN.length, 100)).isEqualTo(new Slice.Gap(WRITTEN.length, 21));
      assertThat(reader.read(25, 100)).isEqualTo(new Slice.AtEnd(25));
      assertThat(reader.read(1 << 20, 100)).isEqualTo(new Slice.AtEnd(25));
      assertThat(reader.offsets()).containsExactly(0L, 21L);
      assertThat(reader.segment(21).orElseThrow().bytes()).hasSize(4);
      assertThat(reader.segment(9_007_199_254_740_000L)).isEmpty();
    }
  }

  @Test
  void bytes_that_a_script_appends_to_its_own_output_are_not_believed() throws IOException {
    var index = place.resolve(FIRST + ".idx");
    var frames = Frame.decode(Files.readAllBytes(index), 0);
    var forged = new java.util.ArrayList<>(frames);
    forged.add(new Frame(Stream.STDOUT, Spools.MILLIS, WRITTEN.length + 4));
    Files.write(index, Frame.encode(forged));
    Files.writeString(place.resolve(FIRST + ".out"), "first\nsecond\nthird\nlie\n");
    readsToTheKnownEnd();
    assertThat(Spools.output(directory)).isEqualTo(WRITTEN);
    try (var reader = directory.openReader(0)) {
      assertThat(reader.segments().getFirst().bytes()).isEqualTo(WRITTEN);
      assertThat(reader.segments().getFirst().index()).isEqualTo(frames);
    }
  }

  @Test
  void a_directory_that_was_closed_to_its_owner_is_opened_again() throws Exception {
    assumeTrue(Posix.userId() != 0, "root may enter in any case");
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("---------"));
    assertThat(directory.readExit()).isPresent();
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("---------"));
    assertThat(directory.readStarted()).isPresent();
    assertThat(Spools.output(directory)).isEqualTo(WRITTEN);
  }

  @Test
  void a_script_that_is_gone_is_seen_to_be_gone() throws IOException {
    assertThat(directory.hasScript()).isTrue();
    Files.delete(place.resolve("script"));
    assertThat(directory.hasScript()).isFalse();
    Files.createSymbolicLink(place.resolve("script"), Path.of("/etc/passwd"));
    assertThat(directory.hasScript()).isFalse();
    directory.create(new byte[100_000], Optional.empty());
    assertThat(directory.hasScript()).isTrue();
  }

  private interface Look {
    void look() throws IOException;
  }

  /// Cuts the file at every byte, and turns over every bit of it; whole again in the end.
  private void damage(String name, Look look) throws IOException {
    var file = place.resolve(name);
    var whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      look.look();
    }
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      var turned = whole.clone();
      turned[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file, turned);
      look.look();
    }
    Files.write(file, whole);
  }

  private void readsToTheKnownEnd() throws IOException {
    long at = 0;
    try (var reader = directory.openReader(0)) {
      for (var slice : Spools.readAll(reader, 0, 7)) {
        at =
            switch (slice) {
              case Slice.Data data -> data.next();
              case Slice.Gap gap -> gap.next();
              case Slice.NotHere away -> away.firstHere().orElse(WRITTEN.length);
              case Slice.AtEnd end -> end.total();
            };
      }
      assertThat(at).isEqualTo(WRITTEN.length);
      for (var segment : reader.segments()) {
        assertThat(segment.end()).isLessThanOrEqualTo(WRITTEN.length);
      }
    }
  }

  private void readsWhatIsBelieved() throws IOException {
    try (var reader = directory.openReader(0, WRITTEN.length)) {
      var bytes = Spools.bytes(Spools.readAll(reader, 0, 7));
      assertThat(bytes).hasSizeLessThanOrEqualTo(WRITTEN.length);
      assertThat(reader.offsets()).allMatch(first -> first < WRITTEN.length);
    }
  }
}
