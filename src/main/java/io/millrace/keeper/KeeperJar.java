package io.millrace.keeper;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/// The small jar that a keeper runs from: the packages `keeper`, `spool` and `run`, under a name
/// that is the hash of what is in it.
///
/// A keeper lives longer than the server that started it; were it to run from the server's own jar,
/// replacing that jar for an upgrade would end it.
final class KeeperJar {
  private static final List<String> PACKAGES =
      List.of("io/millrace/keeper", "io/millrace/spool", "io/millrace/run");
  private static final FileTime ALWAYS = FileTime.fromMillis(0);

  private KeeperJar() {}

  /// Makes the jar of this program's classes in `folder`, unless it is there.
  static Path in(Path folder) throws IOException {
    return in(folder, origin());
  }

  /// @param origin of the classes: their folder, or a jar that may hold others too
  static Path in(Path folder, Path origin) throws IOException {
    Files.createDirectories(folder);
    var classes = classes(origin);
    var jar = folder.resolve(hash(classes) + ".jar");
    var bytes = pack(classes);
    if (!isWhole(jar, bytes)) {
      var fresh = Files.createTempFile(folder, "keeper", ".new");
      Files.write(fresh, bytes);
      Files.move(fresh, jar, StandardCopyOption.ATOMIC_MOVE);
    }
    return jar;
  }

  /// A power cut may have left half of it.
  private static boolean isWhole(Path jar, byte[] bytes) throws IOException {
    return Files.isRegularFile(jar) && Arrays.equals(Files.readAllBytes(jar), bytes);
  }

  /// Every class file by its path, in order.
  private static Map<String, byte[]> classes(Path origin) throws IOException {
    if (Files.isDirectory(origin)) {
      return read(origin);
    }
    try (var jar = FileSystems.newFileSystem(origin)) {
      return read(jar.getPath("/"));
    }
  }

  private static Path origin() {
    try {
      URI place = KeeperJar.class.getProtectionDomain().getCodeSource().getLocation().toURI();
      return Path.of(place);
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Map<String, byte[]> read(Path root) throws IOException {
    var found = new TreeMap<String, byte[]>();
    for (var folder : PACKAGES) {
      try (var paths = Files.walk(root.resolve(folder))) {
        for (var path : paths.filter(Files::isRegularFile).toList()) {
          found.put(root.relativize(path).toString(), Files.readAllBytes(path));
        }
      }
    }
    return found;
  }

  private static String hash(Map<String, byte[]> classes) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      classes.forEach(
          (name, bytes) -> {
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update(bytes);
          });
      return HexFormat.of().formatHex(digest.digest(), 0, 10);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static byte[] pack(Map<String, byte[]> classes) throws IOException {
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Main.class.getName());
    manifest.getMainAttributes().put(new Attributes.Name("Enable-Native-Access"), "ALL-UNNAMED");
    var bytes = new ByteArrayOutputStream();
    try (var jar = new JarOutputStream(bytes)) {
      jar.putNextEntry(entry(JarFile.MANIFEST_NAME));
      manifest.write(jar);
      for (var file : classes.entrySet()) {
        jar.putNextEntry(entry(file.getKey()));
        jar.write(file.getValue());
      }
    }
    return bytes.toByteArray();
  }

  private static JarEntry entry(String name) {
    var entry = new JarEntry(name);
    entry.setLastModifiedTime(ALWAYS);
    return entry;
  }
}
