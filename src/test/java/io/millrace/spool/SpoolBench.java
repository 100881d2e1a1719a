package io.millrace.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.Limits;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What the spool costs: CPU for each trivial run, and throughput against plain write(2) into one
/// file.
@Tag("bench")
class SpoolBench {
  private static final int RUNS = 5000;
  private static final long BYTES = 2L << 30;

  @Test
  void cpu_of_a_trivial_run_and_throughput_of_a_large_one() throws IOException {
    for (var medium : List.of(Path.of("/dev/shm"), Path.of("target"))) {
      var folder = Files.createTempDirectory(medium, "millrace-bench");
      var roots = Spools.roots(folder);
      for (int i = 0; i < 4; i++) {
        report(medium, "trivial run, server's part: create and delete", trivial(roots, false));
        report(medium, "trivial run, all: with output, exit record, reading", trivial(roots, true));
      }
      for (int chunk : new int[] {64 << 10, 256 << 10, 1 << 20}) {
        double plain = plain(folder, chunk);
        double spool = spool(roots, chunk);
        System.out.printf(
            Locale.ROOT,
            "%s: chunks of %d KiB: write(2) %.2f GB/s, OutputWriter %.2f GB/s, ratio %.2f%n",
            medium,
            chunk >> 10,
            plain,
            spool,
            spool / plain);
      }
      for (var root : roots.all()) {
        Files.delete(root);
      }
      Files.delete(folder);
    }
  }

  private static void report(Path medium, String what, double micros) {
    System.out.printf(Locale.ROOT, "%s: %s: %.1f us of CPU%n", medium, what, micros);
  }

  private static double trivial(SpoolRoots roots, boolean whole) throws IOException {
    var threads = ManagementFactory.getThreadMXBean();
    var output = Spools.direct(Spools.pattern(0, 6));
    var budget = Spools.budget();
    long before = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < RUNS; i++) {
      var directory = Spools.directory(roots);
      if (whole) {
        try (var writer = directory.openWriter(0, 1 << 20, budget)) {
          writer.append(Stream.STDOUT, output.rewind(), Spools.MILLIS);
          writer.close();
          directory.writeExit(ExitRecords.of(directory, writer.counts()));
          writer.forget();
        }
        assertThat(Spools.output(directory)).hasSize(6);
        assertThat(directory.readExit()).isPresent();
      }
      directory.delete();
    }
    return (threads.getCurrentThreadCpuTime() - before) / 1e3 / RUNS;
  }

  private static double plain(Path folder, int chunk) throws IOException {
    var file = folder.resolve("plain");
    var buffer = ByteBuffer.allocateDirect(chunk);
    long before = System.nanoTime();
    try (var out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (long at = 0; at < BYTES; at += chunk) {
        out.write(buffer.clear());
      }
    }
    double rate = (double) BYTES / (System.nanoTime() - before);
    Files.delete(file);
    return rate;
  }

  private static double spool(SpoolRoots roots, int chunk) throws IOException {
    var directory = Spools.directory(roots);
    var buffer = ByteBuffer.allocateDirect(chunk);
    long before = System.nanoTime();
    try (var writer = directory.openWriter(0, Limits.DEFAULT_OUTPUT_BYTES, Spools.budget())) {
      for (long at = 0; at < BYTES; at += chunk) {
        writer.append(Stream.STDOUT, buffer.clear(), System.currentTimeMillis());
      }
    }
    double rate = (double) BYTES / (System.nanoTime() - before);
    directory.delete();
    return rate;
  }
}
