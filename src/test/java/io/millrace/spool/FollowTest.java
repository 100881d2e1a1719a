package io.millrace.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Readers follow an output whose middle is dropped all the time. Every byte says at which offset
/// it belongs.
class FollowTest {
  private static final long LIMIT = 400_000;
  private static final int TOTAL = 30_000_000;
  @TempDir Path folder;

  private record Followed(long bytes, long gaps, long end) {}

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void readers_of_any_speed_see_right_bytes_and_true_gaps_while_segments_are_dropped()
      throws Exception {
    var directory = Spools.directory(folder);
    try (var threads = Executors.newFixedThreadPool(4)) {
      var readers = new ArrayList<Future<Followed>>();
      for (int i = 0; i < 4; i++) {
        int seed = i;
        readers.add(threads.submit((Callable<Followed>) () -> follow(directory, new Random(seed))));
      }
      write(directory);
      for (var reader : readers) {
        var followed = reader.get();
        assertThat(followed.end()).isEqualTo(TOTAL);
        assertThat(followed.bytes() + followed.gaps()).isEqualTo(TOTAL);
        assertThat(followed.bytes()).isGreaterThanOrEqualTo(LIMIT * 7 / 8);
      }
    }
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void an_output_that_is_removed_while_it_is_read_is_no_failure() throws Exception {
    try (var thread = Executors.newSingleThreadExecutor()) {
      for (int round = 0; round < 1_000; round++) {
        var directory = Spools.directory(folder);
        try (var writer = directory.openWriter(0, LIMIT, Spools.budget())) {
          writer.append(Stream.STDOUT, Spools.direct(Spools.pattern(0, 100)), Spools.MILLIS);
          directory.writeExit(ExitRecords.of(directory, writer.counts()));
        }
        var reading = new CountDownLatch(1);
        var reader = thread.submit((Callable<Slice>) () -> readUntilGone(directory, reading));
        reading.await();
        directory.delete();
        assertThat(reader.get()).isNotInstanceOf(Slice.Data.class);
      }
    }
  }

  /// As the service reads: each piece anew.
  private static Slice readUntilGone(RunDirectory directory, CountDownLatch reading)
      throws IOException {
    while (true) {
      try (var reader = directory.openReader(0)) {
        var slice = reader.read(0, 4096);
        reading.countDown();
        if (!(slice instanceof Slice.Data)) {
          return slice;
        }
      }
    }
  }

  private static void write(RunDirectory directory) throws IOException {
    var random = new Random(9);
    try (var writer = directory.openWriter(0, LIMIT, Spools.budget())) {
      for (long left; (left = TOTAL - writer.end()) > 0; ) {
        int length = (int) Math.min(left, 1 + random.nextInt(20_000));
        var stream = random.nextBoolean() ? Stream.STDOUT : Stream.STDERR;
        var bytes = Spools.direct(Spools.pattern(writer.end(), length));
        writer.append(stream, bytes, Spools.MILLIS + writer.end() / 30_000);
      }
      directory.writeExit(ExitRecords.of(directory, writer.counts()));
    }
  }

  private static Followed follow(RunDirectory directory, Random random) throws IOException {
    long at = 0;
    long bytes = 0;
    long gaps = 0;
    try (var reader = directory.openReader(0)) {
      while (at < TOTAL) {
        switch (reader.read(at, 1 + random.nextInt(70_000))) {
          case Slice.Data data -> {
            assertThat(data.offset()).isEqualTo(at);
            assertThat(Spools.firstWrong(data)).isEmpty();
            assertThat(data.frames().getLast().end()).isEqualTo(data.next());
            bytes += data.bytes().length;
            at = data.next();
          }
          case Slice.Gap gap -> {
            assertThat(gap.offset()).isEqualTo(at);
            gaps += gap.next() - at;
            at = gap.next();
          }
          case Slice.AtEnd end -> Thread.onSpinWait();
          case Slice.NotHere away -> throw new AssertionError(away);
        }
      }
    }
    return new Followed(bytes, gaps, at);
  }
}
