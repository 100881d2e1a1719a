package io.millrace.app;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/// The programs of the PostgreSQL that comes in the jar, unpacked to a folder named by their
/// version.
///
/// Unpacking goes to a temporary folder that is renamed at the end, so that a folder under its
/// final name is whole; one that does not run (a power cut may leave empty files) is unpacked anew.
///
/// @param home with `bin`, `lib` and `share`
record PostgresBinaries(Path home) {
  /// Of the archives on the class path (`embedded.postgres.version` in the pom).
  static final String VERSION = "18.6.0";

  /// Data of another major version cannot be read.
  static final String MAJOR = VERSION.substring(0, VERSION.indexOf('.'));

  /// Finds or unpacks the programs below `parent`.
  static PostgresBinaries in(Path parent) throws IOException {
    var binaries = new PostgresBinaries(parent.resolve(VERSION));
    if (!binaries.work()) {
      deleteTree(binaries.home);
      binaries.unpack(parent);
    }
    return binaries;
  }

  Path program(String name) {
    return home.resolve("bin").resolve(name);
  }

  private boolean work() throws IOException {
    return Files.isExecutable(program("postgres"))
        && Commands.run(Path.of("/"), program("postgres").toString(), "--version")
            .out()
            .startsWith("postgres (PostgreSQL) " + MAJOR + ".");
  }

  private void unpack(Path parent) throws IOException {
    var temporary = Files.createTempDirectory(parent, VERSION + ".new-");
    try (var archive = new TarArchiveInputStream(new XZCompressorInputStream(open()))) {
      for (var entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
        unpack(archive, entry, temporary);
      }
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.move(temporary, home, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      deleteTree(temporary);
    }
  }

  private static void unpack(InputStream archive, TarArchiveEntry entry, Path target)
      throws IOException {
    var path = target.resolve(entry.getName()).normalize();
    if (!path.startsWith(target)) {
      throw new IOException("the archive leads out of its folder: " + entry.getName());
    }
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
      return;
    }
    Files.createDirectories(path.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
    } else {
      Files.copy(archive, path);
      boolean program = (entry.getMode() & 0111) != 0;
      Files.setPosixFilePermissions(
          path, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
    }
  }

  private static InputStream open() throws IOException {
    var machine = System.getProperty("os.arch");
    var name =
        switch (machine) {
          case "amd64" -> "/postgres-linux-x86_64.txz";
          case "aarch64" -> "/postgres-linux-arm_64.txz";
          default -> "/postgres-linux-" + machine + ".txz";
        };
    var archive = PostgresBinaries.class.getResourceAsStream(name);
    if (archive == null) {
      throw new StartRefused(
          "There is no PostgreSQL for %s in this build (%s). Give one with --database-url."
              .formatted(machine, name));
    }
    return new BufferedInputStream(archive);
  }

  /// Removes a folder with everything in it; one that is not there is fine.
  static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes facts)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException failure)
              throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
