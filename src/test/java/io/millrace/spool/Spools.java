package io.millrace.spool;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.run.RunId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What the tests of this package share.
final class Spools {
  static final long MILLIS = 1_790_000_000_000L;
  private static final RunId.Generator IDS = new RunId.Generator(InstantSource.system());

  private Spools() {}

  static SpoolRoots roots(Path folder) throws IOException {
    var roots = new SpoolRoots(folder.resolve("memory"), folder.resolve("disk"));
    roots.make();
    return roots;
  }

  static RunDirectory directory(SpoolRoots roots) throws IOException {
    var directory = RunDirectory.of(roots, IDS.next(), 1);
    directory.create("true".getBytes(UTF_8), Optional.empty());
    return directory;
  }

  static RunDirectory directory(Path folder) throws IOException {
    return directory(roots(folder));
  }

  static MemoryBudget budget() {
    return new MemoryBudget(MemoryBudget.DEFAULT_BYTES);
  }

  static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  /// The byte that stands at `offset` in outputs made of [#pattern(long, int)]: no stretch repeats
  /// within 2^40.
  static byte at(long offset) {
    long mixed = offset * 0x9e3779b97f4a7c15L;
    return (byte) (mixed >>> 40 ^ mixed >>> 17);
  }

  static byte[] pattern(long offset, int length) {
    var bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = at(offset + i);
    }
    return bytes;
  }

  /// Offset of the first byte that is not the one of [#pattern(long, int)].
  static OptionalLong firstWrong(Slice.Data data) {
    int wrong = Arrays.mismatch(data.bytes(), pattern(data.offset(), data.bytes().length));
    return wrong < 0 ? OptionalLong.empty() : OptionalLong.of(data.offset() + wrong);
  }

  /// Everything there is to read from `offset` on.
  static List<Slice> readAll(OutputReader reader, long offset, int maxBytes) throws IOException {
    var slices = new ArrayList<Slice>();
    long at = offset;
    while (true) {
      switch (reader.read(at, maxBytes)) {
        case Slice.Data data -> {
          slices.add(data);
          at = data.next();
        }
        case Slice.Gap gap -> {
          slices.add(gap);
          at = gap.next();
        }
        case Slice.AtEnd end -> {
          return slices;
        }
        case Slice.NotHere away -> {
          slices.add(away);
          if (away.firstHere().isEmpty()) {
            return slices;
          }
          at = away.firstHere().getAsLong();
        }
      }
    }
  }

  static byte[] bytes(List<Slice> slices) {
    var bytes = new ByteArrayOutputStream();
    for (var slice : slices) {
      if (slice instanceof Slice.Data data) {
        bytes.writeBytes(data.bytes());
      }
    }
    return bytes.toByteArray();
  }

  static byte[] output(RunDirectory directory) throws IOException {
    try (var reader = directory.openReader(0)) {
      return bytes(readAll(reader, 0, 1 << 16));
    }
  }

  static List<String> files(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
