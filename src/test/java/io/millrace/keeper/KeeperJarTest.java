package io.millrace.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeeperJarTest {
  @TempDir Path folder;
  @TempDir Path elsewhere;

  @Test
  void the_jar_holds_three_packages_and_needs_only_the_jdk() throws Exception {
    var jar = KeeperJar.make(folder, classes());
    var names = names(jar);
    assertThat(names)
        .contains("io/millrace/keeper/Wire.class", "io/millrace/spool/RunDirectory.class")
        .contains("io/millrace/run/RunId.class")
        .allMatch(name -> name.matches("META-INF/MANIFEST.MF|io/millrace/(keeper|spool|run)/.*"))
        .noneMatch(name -> name.contains("package-info"));
    try (var loader =
        new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
      for (var name : names) {
        if (name.endsWith(".class")) {
          var type = loader.loadClass(name.replace('/', '.').replace(".class", ""));
          assertThat(type.getDeclaredMethods()).isNotNull();
          assertThat(type.getDeclaredFields()).isNotNull();
        }
      }
    }
  }

  @Test
  void the_same_classes_from_a_folder_and_from_a_jar_make_the_same_file_once() throws Exception {
    var first = KeeperJar.make(folder, classes());
    var made = Files.getAttribute(first, "unix:ino");
    assertThat(KeeperJar.make(folder, shaded())).isEqualTo(first);
    assertThat(Files.getAttribute(first, "unix:ino")).isEqualTo(made);
    assertThat(first.getFileName().toString()).matches("[0-9a-f]{16}\\.jar");
    assertThat(filesIn(folder)).containsExactly(first);
  }

  @Test
  void other_classes_make_another_file_beside_it() throws Exception {
    var first = KeeperJar.make(folder.resolve("jars"), classes());
    var changed = folder.resolve("classes/io/millrace/run");
    Files.createDirectories(changed);
    Files.copy(classes().resolve("io/millrace/run/RunId.class"), changed.resolve("RunId.class"));
    var second = KeeperJar.make(folder.resolve("jars"), folder.resolve("classes"));
    assertThat(filesIn(folder.resolve("jars"))).containsExactlyInAnyOrder(first, second);
  }

  @Test
  void a_damaged_file_is_replaced_and_not_written_over() throws Exception {
    var jar = KeeperJar.make(folder, classes());
    var whole = Files.readAllBytes(jar);
    Files.write(jar, new byte[10]);
    try (var held = Files.newInputStream(jar)) {
      assertThat(KeeperJar.make(folder, classes())).isEqualTo(jar).hasBinaryContent(whole);
      assertThat(held.readAllBytes()).hasSize(10);
    }
    assertThat(filesIn(folder)).containsExactly(jar);
  }

  @Test
  void a_place_without_our_classes_is_refused() throws IOException {
    var empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> KeeperJar.make(folder, empty)).hasMessageContaining("no classes");
  }

  private static Path classes() throws Exception {
    URI location = KeeperJar.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    return Path.of(location);
  }

  /// All our classes and some of others, as in the jar of the service.
  private Path shaded() throws Exception {
    var file = elsewhere.resolve("millrace.jar");
    try (var jar = new JarOutputStream(Files.newOutputStream(file));
        var files = Files.walk(classes())) {
      for (var source : files.filter(Files::isRegularFile).toList()) {
        var entry = new JarEntry(classes().relativize(source).toString());
        entry.setLastModifiedTime(FileTime.fromMillis(System.currentTimeMillis()));
        jar.putNextEntry(entry);
        jar.write(Files.readAllBytes(source));
      }
      jar.putNextEntry(new JarEntry("org/example/Other.class"));
      jar.putNextEntry(new JarEntry("META-INF/versions/9/io/millrace/run/Other.class"));
    }
    return file;
  }

  private static List<String> names(Path file) throws IOException {
    var names = new ArrayList<String>();
    try (var jar = new JarFile(file.toFile())) {
      jar.stream().map(JarEntry::getName).forEach(names::add);
    }
    return names;
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }
}
