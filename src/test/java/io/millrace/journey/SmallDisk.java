package io.millrace.journey;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A small file system over a folder, which can be filled to the last byte and emptied again. Takes
/// root, and the right to mount.
final class SmallDisk implements AutoCloseable {
  private static final int PIECE_BYTES = 64 << 10;

  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /// Empty where that is not allowed.
  static Optional<SmallDisk> over(Path folder, int megabytes) {
    boolean mounted =
        run(
            "mount",
            "-t",
            "tmpfs",
            "-o",
            "mode=0711,size=" + megabytes + "m",
            "none",
            folder.toString());
    return mounted ? Optional.of(new SmallDisk(folder)) : Optional.empty();
  }

  void fill() throws IOException {
    var piece = new byte[PIECE_BYTES];
    try (OutputStream filler = Files.newOutputStream(filler())) {
      while (true) {
        filler.write(piece);
      }
    } catch (IOException full) {
      // That was the purpose.
    }
  }

  void empty() throws IOException {
    Files.deleteIfExists(filler());
  }

  private Path filler() {
    return folder.resolve("filler");
  }

  private static boolean run(String... command) {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException missing) {
      return false;
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  @Override
  public void close() throws IOException {
    run("umount", folder.toString());
    Files.deleteIfExists(folder);
  }
}
