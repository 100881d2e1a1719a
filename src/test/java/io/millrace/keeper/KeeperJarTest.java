package io.millrace.keeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
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
  void the_jar_holds_three_packages_and_nothing_else() throws Exception {
    var names = names(KeeperJar.in(folder));
    assertThat(names)
        .contains("io/millrace/keeper/Main.class", "io/millrace/keeper/os/Spawner.class")
        .contains("io/millrace/spool/RunDirectory.class", "io/millrace/run/RunId.class")
        .startsWith("META-INF/MANIFEST.MF")
        .allMatch(name -> name.matches("META-INF/MANIFEST.MF|io/millrace/(keeper|spool|run)/.*"));
  }

  @Test
  void the_same_classes_from_a_folder_and_from_a_jar_make_the_same_file_once() throws Exception {
    var first = KeeperJar.in(folder, classes());
    var made = Files.getAttribute(first, "unix:ino");
    assertThat(KeeperJar.in(folder, shaded())).isEqualTo(first);
    assertThat(Files.getAttribute(first, "unix:ino")).isEqualTo(made);
    assertThat(first.getFileName().toString()).matches("[0-9a-f]{20}\\.jar");
    assertThat(filesIn(folder)).containsExactly(first);
  }

  @Test
  void the_same_classes_make_the_same_bytes() throws Exception {
    var first = KeeperJar.in(folder, classes());
    var second = KeeperJar.in(elsewhere.resolve("jars"), shaded());
    assertThat(second.getFileName()).isEqualTo(first.getFileName());
    assertThat(second).hasBinaryContent(Files.readAllBytes(first));
    try (var jar = new JarFile(first.toFile())) {
      assertThat(jar.stream().map(JarEntry::getLastModifiedTime).distinct())
          .containsExactly(FileTime.fromMillis(0));
    }
  }

  @Test
  void other_classes_make_another_file_beside_it() throws Exception {
    var other = elsewhere.resolve("classes");
    for (var name : names(KeeperJar.in(folder, classes()))) {
      if (name.endsWith(".class") && !name.endsWith("/Terminal.class")) {
        Files.createDirectories(other.resolve(name).getParent());
        Files.copy(classes().resolve(name), other.resolve(name));
      }
    }
    KeeperJar.in(folder, other);
    assertThat(filesIn(folder)).hasSize(2);
  }

  @Test
  void half_a_file_is_replaced_and_not_written_over() throws Exception {
    var jar = KeeperJar.in(folder);
    var whole = Files.readAllBytes(jar);
    Files.write(jar, new byte[10]);
    try (var held = Files.newInputStream(jar)) {
      assertThat(KeeperJar.in(folder)).isEqualTo(jar).hasBinaryContent(whole);
      assertThat(held.readAllBytes()).hasSize(10);
    }
    assertThat(filesIn(folder)).containsExactly(jar);
  }

  @Test
  void the_jar_starts_and_says_what_it_wants_to_know() throws Exception {
    var jar = KeeperJar.in(folder);
    var byName = List.of("-cp", jar.toString(), Main.class.getName());
    for (var named : List.of(byName, List.of("-jar", jar.toString()))) {
      var command = new ArrayList<String>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(named);
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
          .contains("usage: keeper --data-dir DIR --run-dir DIR")
          .doesNotContain("Exception");
      assertThat(process.waitFor()).isEqualTo(2);
    }
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
        jar.putNextEntry(new JarEntry(classes().relativize(source).toString()));
        jar.write(Files.readAllBytes(source));
      }
      jar.putNextEntry(new JarEntry("org/example/Other.class"));
      jar.putNextEntry(new JarEntry("META-INF/versions/9/io/millrace/run/Other.class"));
    }
    return file;
  }

  private static List<String> names(Path file) throws IOException {
    try (var jar = new JarFile(file.toFile())) {
      return jar.stream().map(JarEntry::getName).toList();
    }
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }
}
