package io.millrace.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the page is made of: files of ours that run nothing inline, and vendored ones as published.
class PageFilesTest {
  private static final Path PAGE = Path.of("src/main/resources/page");
  private static final Path VENDOR = PAGE.resolve("vendor");
  private static final Pattern IMPORT =
      Pattern.compile("(?:from|import) '(?<path>[./][^']+)'|import\\('(?<lazy>[./][^']+)'\\)");
  private static final Pattern INLINE =
      Pattern.compile("<style|<script(?![^>]*\\ssrc=)|\\sstyle=|\\son[a-z]+=|javascript:");
  private static final Pattern REFERENCE =
      Pattern.compile("(?:src|href)=\"(?<path>/page/[^\"]+)\"");

  @Test
  void every_vendored_file_is_the_one_that_was_published() throws IOException {
    Map<String, String> listed =
        Files.readAllLines(VENDOR.resolve("CHECKSUMS")).stream()
            .map(line -> line.split("  ", 2))
            .collect(Collectors.toMap(parts -> parts[1], parts -> parts[0]));
    Map<String, String> found =
        files(VENDOR)
            .filter(file -> !file.endsWith("CHECKSUMS"))
            .collect(
                Collectors.toMap(
                    file -> VENDOR.relativize(file).toString(), PageFilesTest::sha256));
    assertThat(found).isEqualTo(listed);
  }

  @Test
  void every_vendored_package_brings_its_licence() throws IOException {
    try (Stream<Path> packages = Files.list(VENDOR)) {
      assertThat(packages.filter(Files::isDirectory))
          .isNotEmpty()
          .allSatisfy(folder -> assertThat(folder.resolve("LICENSE")).isNotEmptyFile());
    }
  }

  @Test
  void nothing_runs_or_styles_inline() throws IOException {
    assertThat(files(PAGE).filter(file -> file.toString().endsWith(".html")))
        .isNotEmpty()
        .allSatisfy(file -> assertThat(Files.readString(file)).doesNotContainPattern(INLINE));
  }

  @Test
  void every_file_that_is_named_is_there() throws IOException {
    for (Path file : ours()) {
      String text = Files.readString(file);
      REFERENCE
          .matcher(text)
          .results()
          .forEach(match -> assertThat(resolve(file, match.group("path"))).exists());
      IMPORT
          .matcher(text)
          .results()
          .map(match -> match.group("path") == null ? match.group("lazy") : match.group("path"))
          .forEach(path -> assertThat(resolve(file, path)).as("imported by %s", file).exists());
    }
  }

  @Test
  void our_scripts_build_no_markup_from_text() throws IOException {
    assertThat(ours())
        .allSatisfy(
            file ->
                assertThat(Files.readString(file))
                    .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "eval("));
  }

  private static List<Path> ours() throws IOException {
    return files(PAGE).filter(file -> !file.startsWith(VENDOR)).toList();
  }

  private static Path resolve(Path from, String path) {
    return path.startsWith("/page/")
        ? PAGE.resolve(path.substring("/page/".length()))
        : from.resolveSibling(path);
  }

  private static Stream<Path> files(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile).toList().stream();
    }
  }

  private static String sha256(Path file) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(digest);
    } catch (IOException | NoSuchAlgorithmException failure) {
      throw new IllegalStateException("cannot read " + file, failure);
    }
  }
}
