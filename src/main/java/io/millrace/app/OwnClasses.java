package io.millrace.app;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Our own classes, all read into memory at the start: a new build may replace their folder or jar
/// while the service runs, and what is only needed at its stop would be missing then.
final class OwnClasses {
  private static final Logger LOG = LoggerFactory.getLogger(OwnClasses.class);
  private static final String OURS = "io/millrace";
  private static final String CLASS = ".class";

  private OwnClasses() {}

  /// Reads them on a thread of its own; nobody waits for it.
  static void load() {
    Thread.ofPlatform().daemon().name("own-classes").start(OwnClasses::loadAll);
  }

  private static void loadAll() {
    try {
      var origin =
          Path.of(OwnClasses.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(origin)) {
        load(origin);
      } else {
        try (var jar = FileSystems.newFileSystem(origin)) {
          load(jar.getPath("/"));
        }
      }
    } catch (IOException | URISyntaxException | LinkageError unreadable) {
      LOG.warn(
          "classes: not all could be read ahead ({}). Do not replace them while the service runs.",
          unreadable.toString());
    }
  }

  private static void load(Path root) throws IOException {
    List<String> names;
    try (var files = Files.walk(root.resolve(OURS))) {
      names =
          files
              .map(file -> root.relativize(file).toString())
              .filter(name -> name.endsWith(CLASS) && !name.endsWith("-info" + CLASS))
              .map(name -> name.substring(0, name.length() - CLASS.length()).replace('/', '.'))
              .toList();
    }
    for (var name : names) {
      load(name);
    }
    LOG.info("classes: read ahead, {} of them", names.size());
  }

  private static void load(String name) {
    try {
      Class.forName(name, false, OwnClasses.class.getClassLoader());
    } catch (ClassNotFoundException replaced) {
      LOG.debug("classes: {} has gone", name);
    }
  }
}
