package io.millrace.spool;

import static io.millrace.spool.Spools.MILLIS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.Limits;
import io.millrace.run.OutputCounts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputTest {
  private static final long LIMIT = Limits.DEFAULT_OUTPUT_BYTES;
  @TempDir Path folder;
  private RunDirectory directory;
  private SpoolRoots roots;

  @BeforeEach
  void makeDirectory() throws IOException {
    roots = Spools.roots(folder);
    directory = Spools.directory(roots);
  }

  @Test
  void a_run_that_writes_nothing_has_no_output_files() throws IOException {
    try (var writer = directory.openWriter(0, LIMIT, Spools.budget());
        var reader = directory.openReader(0)) {
      assertThat(writer.counts()).isEqualTo(OutputCounts.ZERO);
      assertThat(reader.read(0, 100)).isEqualTo(new Slice.AtEnd(0));
    }
    assertThat(Spools.files(directory.places().getFirst())).containsExactly("script");
    assertThat(Spools.files(roots.disk())).isEmpty();
  }

  @Test
  void small_output_lies_in_memory_and_nothing_on_the_disk() throws IOException {
    write("hello\n".getBytes(UTF_8));
    assertThat(Spools.files(directory.places().getFirst()))
        .containsExactly("00000000000000000000.idx", "00000000000000000000.out", "script");
    assertThat(Spools.files(roots.disk())).isEmpty();
    assertThat(Spools.output(directory)).isEqualTo("hello\n".getBytes(UTF_8));
  }

  @Test
  void nuls_random_bytes_and_a_line_of_5_megabytes_come_out_as_they_went_in() throws IOException {
    var random = new byte[300_000];
    new Random(1).nextBytes(random);
    for (var bytes : List.of(new byte[10_000], random, "x".repeat(5 << 20).getBytes(UTF_8))) {
      directory = Spools.directory(roots);
      write(bytes);
      assertThat(Spools.output(directory)).isEqualTo(bytes);
    }
  }

  @Test
  void a_full_segment_of_which_only_a_part_is_believed_yet_is_not_complete() throws IOException {
    write("x".repeat(3 << 20).getBytes(UTF_8));
    try (var reader = directory.openReader(0, 2_000_000)) {
      var last = reader.offsets().getLast();
      assertThat(reader.segment(0).orElseThrow().complete()).isTrue();
      var cut = reader.segment(last).orElseThrow();
      assertThat(cut.end()).isEqualTo(2_000_000);
      assertThat(cut.complete()).isFalse();
    }
  }

  @Test
  void a_heap_buffer_and_a_buffer_with_a_position_are_taken_from_there_to_their_limit()
      throws IOException {
    var buffer = ByteBuffer.wrap("0123456789".getBytes(UTF_8)).position(2).limit(5).slice();
    var direct = Spools.direct("0123456789".getBytes(UTF_8)).position(5).limit(9);
    try (var writer = directory.openWriter(0, LIMIT, Spools.budget())) {
      writer.append(Stream.STDOUT, buffer, MILLIS);
      writer.append(Stream.STDERR, direct, MILLIS);
    }
    assertThat(buffer.hasRemaining()).isFalse();
    assertThat(direct.hasRemaining()).isFalse();
    assertThat(Spools.output(directory)).isEqualTo("2345678".getBytes(UTF_8));
  }

  @Test
  void what_one_stream_writes_in_one_millisecond_is_one_frame_that_readers_see_growing()
      throws IOException {
    try (var writer = directory.openWriter(100, LIMIT, Spools.budget());
        var reader = directory.openReader(100)) {
      append(writer, Stream.STDOUT, "a", MILLIS);
      assertThat(frames(reader, 100)).containsExactly(new Frame(Stream.STDOUT, MILLIS, 101));
      append(writer, Stream.STDOUT, "bc", MILLIS);
      assertThat(frames(reader, 101)).containsExactly(new Frame(Stream.STDOUT, MILLIS, 103));
      append(writer, Stream.STDERR, "d", MILLIS);
      append(writer, Stream.STDERR, "e", MILLIS + 1);
      assertThat(frames(reader, 103))
          .containsExactly(
              new Frame(Stream.STDERR, MILLIS, 104), new Frame(Stream.STDERR, MILLIS + 1, 105));
      assertThat(frames(reader, 100))
          .containsExactly(
              new Frame(Stream.STDOUT, MILLIS, 103),
              new Frame(Stream.STDERR, MILLIS, 104),
              new Frame(Stream.STDERR, MILLIS + 1, 105));
      assertThat(writer.counts()).isEqualTo(new OutputCounts(5, 3, 2, 0));
      assertThat(writer.end()).isEqualTo(105);
    }
    var index = directory.scriptFile().resolveSibling("00000000000000000100.idx");
    assertThat(index).hasSize(3L * Frame.BYTES);
  }

  @Test
  void a_reader_is_told_when_it_asks_before_the_attempt_and_waits_beyond_its_end()
      throws IOException {
    try (var writer = directory.openWriter(10, LIMIT, Spools.budget());
        var reader = directory.openReader(10)) {
      append(writer, Stream.STDOUT, "abc", MILLIS);
      assertThat(reader.read(9, 5)).isEqualTo(new Slice.NotHere(OptionalLong.of(10)));
      assertThat(reader.read(13, 5)).isEqualTo(new Slice.AtEnd(13));
      assertThat(reader.read(99, 5)).isEqualTo(new Slice.AtEnd(13));
    }
  }

  @Test
  void a_segment_has_at_most_65536_frames() throws IOException {
    int frames = Retention.SEGMENT_FRAMES + 10;
    try (var writer = directory.openWriter(0, LIMIT, new MemoryBudget(0))) {
      for (int i = 0; i < frames; i++) {
        append(writer, Stream.STDOUT, "x", MILLIS + i);
      }
    }
    try (var reader = directory.openReader(0)) {
      assertThat(reader.offsets()).containsExactly(0L, (long) Retention.SEGMENT_FRAMES);
      assertThat(Spools.bytes(Spools.readAll(reader, 0, 1 << 20))).hasSize(frames);
    }
  }

  @Test
  void without_room_in_the_budget_output_goes_to_the_disk_and_a_deleted_run_gives_its_room_back()
      throws IOException {
    var budget = new MemoryBudget(12 << 10);
    try (var writer = directory.openWriter(0, LIMIT, budget)) {
      append(writer, Stream.STDOUT, "x".repeat(8 << 10), MILLIS);
      assertThat(budget.freeBytes()).isZero();
      append(writer, Stream.STDOUT, "y", MILLIS);
      assertThat(Spools.files(roots.disk().resolve(directory.run() + ".1")))
          .containsExactly("00000000000000008192.idx", "00000000000000008192.out");
      assertThat(Spools.output(directory)).hasSize((8 << 10) + 1);
      directory.delete();
      writer.forget();
      writer.forget();
    }
    assertThat(budget.freeBytes()).isEqualTo(12 << 10);
  }

  @Test
  void flushed_head_segments_can_go_while_the_run_writes_on() throws IOException {
    try (var writer = directory.openWriter(0, 8 << 20, Spools.budget());
        var reader = directory.openReader(0)) {
      for (int i = 0; i < 30; i++) {
        append(writer, Stream.STDOUT, "x".repeat(100_000), MILLIS + i);
      }
      long head = new Retention(8 << 20).headBytes();
      assertThat(reader.offsets())
          .containsExactly(0L, 65536L, 65536L + (1 << 20), head, head + 786432);
      assertThat(reader.segment(0).orElseThrow().complete()).isTrue();
      assertThat(reader.segment(head + 786432).orElseThrow().complete()).isFalse();
      reader.dropHead(head);
      assertThat(reader.offsets()).containsExactly(head, head + 786432);
      assertThat(reader.read(5, 5)).isEqualTo(new Slice.NotHere(OptionalLong.of(head)));
      assertThat(writer.counts().truncatedBytes()).isZero();
    }
  }

  @Test
  void a_reader_who_has_a_segment_open_is_sent_away_when_the_directory_has_gone()
      throws IOException {
    write("hello".getBytes(UTF_8));
    try (var reader = directory.openReader(0)) {
      assertThat(reader.read(0, 2)).isInstanceOf(Slice.Data.class);
      directory.delete();
      assertThat(reader.read(2, 100)).isEqualTo(new Slice.NotHere(OptionalLong.empty()));
    }
  }

  @Test
  void a_segment_slices_as_a_reader_does() throws IOException {
    try (var writer = directory.openWriter(7, LIMIT, Spools.budget());
        var reader = directory.openReader(7)) {
      append(writer, Stream.STDOUT, "abc", MILLIS);
      append(writer, Stream.STDERR, "def", MILLIS + 1);
      var segment = reader.segments().getFirst();
      for (long offset = 7; offset < 13; offset++) {
        for (int most = 1; most < 8; most++) {
          var expected = (Slice.Data) reader.read(offset, most);
          var actual = segment.slice(offset, most).orElseThrow();
          assertThat(actual.bytes()).isEqualTo(expected.bytes());
          assertThat(actual.frames()).isEqualTo(expected.frames());
        }
      }
      assertThat(segment.slice(6, 1)).isEmpty();
      assertThat(segment.slice(13, 1)).isEmpty();
    }
  }

  private void write(byte[] bytes) {
    try (var writer = directory.openWriter(0, LIMIT, Spools.budget())) {
      writer.append(Stream.STDOUT, Spools.direct(bytes), MILLIS);
    }
  }

  private static void append(OutputWriter writer, Stream stream, String text, long millis) {
    writer.append(stream, Spools.direct(text.getBytes(UTF_8)), millis);
  }

  private static List<Frame> frames(OutputReader reader, long offset) throws IOException {
    return ((Slice.Data) reader.read(offset, 1000)).frames();
  }
}
