package io.millrace.keeper;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// The small jar a keeper runs from: the packages `keeper`, `spool` and `run`, and nothing else.
///
/// It is a copy under the data directory, as replacing the classes of a running JVM kills it. Its
/// name is made of its content: the same version finds its own again, a new one makes another.
public final class KeeperJar {
  private static final List<String> PACKAGES =
      List.of("io/millrace/keeper/", "io/millrace/spool/", "io/millrace/run/");
  private static final LocalDateTime LONG_AGO = LocalDateTime.of(1980, 1, 1, 0, 0);
  private static final int NAME_DIGITS = 16;
  private static final String MANIFEST =
      """
      Manifest-Version: 1.0
      Main-Class: io.millrace.keeper.Main
      Enable-Native-Access: ALL-UNNAMED

      """;

  private KeeperJar() {}

  /// Makes the jar in `folder`, if it is not there already, and says where it is.
  ///
  /// @param source the folder or the jar with our classes
  public static Path make(Path folder, Path source) throws IOException {
    var jar = pack(Files.isDirectory(source) ? fromFolder(source) : fromJar(source));
    var target = folder.resolve(name(jar));
    if (!Files.exists(target) || !Arrays.equals(Files.readAllBytes(target), jar)) {
      Files.createDirectories(folder);
      var temporary = Files.createTempFile(folder, "keeper", ".tmp");
      try {
        Files.write(temporary, jar);
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
      }
    }
    return target;
  }

  private static SortedMap<String, byte[]> fromFolder(Path root) throws IOException {
    var classes = new TreeMap<String, byte[]>();
    for (var name : PACKAGES) {
      var folder = root.resolve(name);
      if (!Files.isDirectory(folder)) {
        continue;
      }
      try (var files = Files.walk(folder)) {
        for (var file : files.filter(Files::isRegularFile).toList()) {
          var entry = root.relativize(file).toString().replace('\\', '/');
          if (belongs(entry)) {
            classes.put(entry, Files.readAllBytes(file));
          }
        }
      }
    }
    return classes;
  }

  private static SortedMap<String, byte[]> fromJar(Path file) throws IOException {
    var classes = new TreeMap<String, byte[]>();
    try (var jar = new JarFile(file.toFile())) {
      for (var entry : jar.stream().filter(entry -> belongs(entry.getName())).toList()) {
        try (var content = jar.getInputStream(entry)) {
          classes.put(entry.getName(), content.readAllBytes());
        }
      }
    }
    return classes;
  }

  /// Classes of our packages. `package-info` only carries annotations of the compiler's.
  private static boolean belongs(String name) {
    return name.endsWith(".class")
        && !name.endsWith("/package-info.class")
        && PACKAGES.stream().anyMatch(name::startsWith);
  }

  /// Sorted, without times and uncompressed: the same classes make the same bytes, which load fast.
  private static byte[] pack(SortedMap<String, byte[]> classes) throws IOException {
    if (classes.isEmpty()) {
      throw new IOException("there are no classes of the keeper where this program runs from");
    }
    var bytes = new ByteArrayOutputStream();
    try (var jar = new ZipOutputStream(bytes)) {
      put(jar, JarFile.MANIFEST_NAME, MANIFEST.getBytes(StandardCharsets.UTF_8));
      for (var entry : classes.entrySet()) {
        put(jar, entry.getKey(), entry.getValue());
      }
    }
    return bytes.toByteArray();
  }

  private static void put(ZipOutputStream jar, String name, byte[] content) throws IOException {
    var checksum = new CRC32();
    checksum.update(content);
    var entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(checksum.getValue());
    entry.setTimeLocal(LONG_AGO);
    jar.putNextEntry(entry);
    jar.write(content);
    jar.closeEntry();
  }

  private static String name(byte[] jar) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(jar);
      return HexFormat.of().formatHex(digest).substring(0, NAME_DIGITS) + ".jar";
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
