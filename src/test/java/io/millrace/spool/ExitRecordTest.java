package io.millrace.spool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.Outcome;
import io.millrace.run.OutputCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExitRecordTest {
  private static final OutputCounts COUNTS = new OutputCounts(6, 4, 2, 1);
  @TempDir Path folder;
  private RunDirectory directory;

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = Spools.directory(folder);
  }

  @ParameterizedTest
  @MethodSource("io.millrace.spool.ExitRecords#outcomes")
  void every_outcome_is_read_as_it_was_written(Outcome outcome) throws IOException {
    var exit = ExitRecords.of(directory, COUNTS, outcome);
    directory.writeExit(exit);
    assertThat(directory.readExit()).contains(exit);
  }

  @Test
  void an_attempt_that_has_not_ended_has_no_exit_record() throws IOException {
    assertThat(directory.readExit()).isEmpty();
    directory.delete();
    assertThat(directory.readExit()).isEmpty();
  }

  @Test
  void a_record_that_lost_bytes_or_had_one_changed_is_none() {
    var bytes = ExitRecords.of(directory, COUNTS).encode();
    for (int i = 0; i < bytes.length; i++) {
      assertThat(ExitRecord.decode(Arrays.copyOf(bytes, i))).isEmpty();
      var changed = bytes.clone();
      changed[i] ^= 0x10;
      assertThat(ExitRecord.decode(changed)).isEmpty();
    }
    assertThat(ExitRecord.decode(Arrays.copyOf(bytes, bytes.length + 1))).isEmpty();
  }

  @Test
  void a_record_of_another_attempt_is_none() throws IOException {
    var other = Spools.directory(directory.roots());
    directory.writeExit(ExitRecords.of(other, COUNTS));
    assertThat(directory.readExit()).isEmpty();
  }

  @Test
  void a_very_long_reason_is_cut_between_two_characters() {
    var reason = "x" + "ä".repeat(10_000);
    var exit = ExitRecords.of(directory, COUNTS, new Outcome.NotStarted(reason));
    var read = ExitRecord.decode(exit.encode()).map(ExitRecord::outcome);
    assertThat(read).contains(new Outcome.NotStarted("x" + "ä".repeat(4095)));
  }

  @Test
  void a_second_record_replaces_the_first() throws IOException {
    directory.writeExit(ExitRecords.of(directory, OutputCounts.ZERO));
    directory.writeExit(ExitRecords.of(directory, COUNTS));
    assertThat(directory.readExit().map(ExitRecord::counts)).contains(COUNTS);
  }

  @Test
  void output_that_was_lost_at_the_end_is_a_gap_as_soon_as_the_end_is_known() throws IOException {
    try (var writer = directory.openWriter(0, 1000, Spools.budget())) {
      writer.append(Stream.STDOUT, Spools.direct("abcd".getBytes(UTF_8)), Spools.MILLIS);
    }
    try (var reader = directory.openReader(0)) {
      assertThat(reader.read(4, 10)).isEqualTo(new Slice.AtEnd(4));
      directory.writeExit(ExitRecords.of(directory, new OutputCounts(9, 9, 0, 5)));
      assertThat(reader.read(4, 10)).isEqualTo(new Slice.Gap(4, 9));
      assertThat(reader.read(9, 10)).isEqualTo(new Slice.AtEnd(9));
    }
  }

  @Test
  void without_its_memory_folder_the_record_is_written_again_where_there_is_room()
      throws IOException {
    Files.delete(directory.scriptFile());
    Files.delete(directory.places().getFirst());
    directory.writeExit(ExitRecords.of(directory, COUNTS));
    assertThat(directory.readExit()).isNotEqualTo(Optional.empty());
  }
}
