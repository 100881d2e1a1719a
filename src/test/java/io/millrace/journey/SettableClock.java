package io.millrace.journey;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// A wall clock that can be set: that of every process whose Java is [#javaHome()]. Clocks that
/// measure how much time has passed (CLOCK_MONOTONIC) go on as they are, as under settimeofday(2).
///
/// By libfaketime, which stands between a program and its C library
/// (https://github.com/wolfcw/libfaketime). Scripts have the true clock: they inherit nothing.
final class SettableClock implements AutoCloseable {
  private static final Path LIBRARIES = Path.of("/usr/lib");
  private static final Path MEMORY = Path.of("/dev/shm");

  /// The offset is read again this often.
  private static final int SEEN_AFTER_SECONDS = 1;

  private final Path folder;
  private Duration ahead = Duration.ZERO;

  private SettableClock(Path folder) {
    this.folder = folder;
  }

  /// Empty where libfaketime is not installed.
  ///
  /// @param folder an empty one
  static Optional<SettableClock> in(Path folder) throws IOException {
    var library = library();
    if (library.isEmpty()) {
      return Optional.empty();
    }
    var clock = new SettableClock(folder);
    clock.set(Duration.ZERO);
    clock.makeJavaHome(library.get());
    return Optional.of(clock);
  }

  private static Optional<Path> library() throws IOException {
    try (var found = Files.newDirectoryStream(LIBRARIES, "*-linux-gnu*")) {
      for (var architecture : found) {
        var library = architecture.resolve("faketime").resolve("libfaketime.so.1");
        if (Files.exists(library)) {
          return Optional.of(library);
        }
      }
    }
    return Optional.empty();
  }

  /// The Java of this JVM, but for its launcher.
  private void makeJavaHome(Path library) throws IOException {
    var real = Path.of(System.getProperty("java.home"));
    var home = Files.createDirectory(javaHome());
    try (var parts = Files.newDirectoryStream(real, part -> !part.endsWith("bin"))) {
      for (var part : parts) {
        Files.createSymbolicLink(home.resolve(part.getFileName()), part);
      }
    }
    var launcher = Files.createDirectory(home.resolve("bin")).resolve("java");
    Files.writeString(
        launcher,
        """
        #!/bin/sh
        echo $$ >> '%s'
        export LD_PRELOAD='%s' FAKETIME_TIMESTAMP_FILE='%s' FAKETIME_CACHE_DURATION=%d
        export DONT_FAKE_MONOTONIC=1 FAKETIME_FORCE_MONOTONIC_FIX=0 NO_FAKE_STAT=1
        exec '%s' -Djava.home='%s' "$@"
        """
            .formatted(
                pids(),
                library,
                offset(),
                SEEN_AFTER_SECONDS,
                real.resolve("bin").resolve("java"),
                home));
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /// For the programs whose clock this is.
  Path javaHome() {
    return folder.resolve("java");
  }

  /// One line for each process that was started.
  private Path pids() {
    return folder.resolve("pids");
  }

  private Path offset() {
    return folder.resolve("offset");
  }

  /// Sets the clock of all of them, within a second.
  ///
  /// @param ahead of the true time; negative is behind
  void set(Duration ahead) throws IOException {
    this.ahead = ahead;
    var written = folder.resolve("offset.new");
    Files.writeString(written, "%+d".formatted(ahead.toSeconds()));
    Files.move(written, offset(), StandardCopyOption.ATOMIC_MOVE);
  }

  /// As it was set last.
  Duration ahead() {
    return ahead;
  }

  /// Removes all of it, and what libfaketime leaves of a process that is killed. Nothing that uses
  /// it may run any more.
  @Override
  public void close() throws IOException {
    for (var pid : Files.exists(pids()) ? Files.readAllLines(pids()) : List.<String>of()) {
      Files.deleteIfExists(MEMORY.resolve("faketime_shm_" + pid));
      Files.deleteIfExists(MEMORY.resolve("sem.faketime_sem_" + pid));
    }
    try (var paths = Files.walk(folder)) {
      paths.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    }
  }
}
