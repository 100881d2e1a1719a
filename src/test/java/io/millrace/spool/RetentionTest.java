package io.millrace.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Random chunks into outputs of many limits: after each one, what can be read is the head, one
/// gap, and the newest end.
class RetentionTest {
  @TempDir Path folder;
  private SpoolRoots roots;

  static LongStream limits() {
    return LongStream.concat(
        LongStream.of(1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 1000, 4096, 65_535, 65_536, 300_000),
        new Random(5).longs(12, 1, 400_000));
  }

  @BeforeEach
  void makeRoots() throws IOException {
    roots = Spools.roots(folder);
  }

  @ParameterizedTest
  @MethodSource("limits")
  void head_gap_and_tail_add_up_at_every_moment(long limit) throws IOException {
    var random = new Random(limit);
    var directory = Spools.directory(roots);
    long first = random.nextInt(1000);
    try (var writer = directory.openWriter(first, limit, Spools.budget())) {
      for (int i = 0; i < 50; i++) {
        int length = random.nextInt((int) Math.min(limit, 40_000) * 2 + 2);
        var stream = random.nextBoolean() ? Stream.STDOUT : Stream.STDERR;
        writer.append(
            stream, Spools.direct(Spools.pattern(writer.end(), length)), Spools.MILLIS + i / 3);
        try (var reader = directory.openReader(first)) {
          check(directory, writer, reader, new Retention(limit));
        }
      }
    }
    directory.delete();
  }

  private void check(
      RunDirectory directory, OutputWriter writer, OutputReader reader, Retention retention)
      throws IOException {
    long first = writer.firstOffset();
    long total = writer.counts().bytes();
    long at = first;
    long gap = 0;
    for (var slice : Spools.readAll(reader, first, 30_000)) {
      switch (slice) {
        case Slice.Data data -> {
          assertThat(data.offset()).isEqualTo(at);
          assertThat(Spools.firstWrong(data)).isEmpty();
          assertThat(data.frames().getLast().end()).isEqualTo(data.next());
          at = data.next();
        }
        case Slice.Gap(long offset, long next) -> {
          assertThat(offset).isEqualTo(first + retention.headBytes());
          gap = next - offset;
          at = next;
        }
        case Slice.NotHere away -> {
          assertThat(retention.headBytes()).isZero();
          gap = away.firstHere().orElseThrow() - at;
          at = away.firstHere().orElseThrow();
        }
        case Slice.AtEnd end -> throw new AssertionError(end);
      }
    }
    long limit = retention.limitBytes();
    assertThat(at).isEqualTo(first + total);
    assertThat(writer.counts().truncatedBytes()).isEqualTo(gap);
    assertThat(writer.lostBytes()).isZero();
    assertThat(total - gap).isLessThanOrEqualTo(limit);
    if (total <= limit) {
      assertThat(gap).isZero();
    } else {
      assertThat(total - gap).isGreaterThan(limit - 2 * retention.tailSegmentBytes() - 1);
    }
    assertThat(bytesInFiles(directory))
        .isBetween(total - gap, Math.min(total, limit + retention.tailSegmentBytes()));
  }

  private static long bytesInFiles(RunDirectory directory) throws IOException {
    long bytes = 0;
    for (var place : directory.places()) {
      for (var name : Spools.files(place)) {
        bytes += name.endsWith(".out") ? Files.size(place.resolve(name)) : 0;
      }
    }
    return bytes;
  }
}
