package io.millrace.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The name under which this server's runs appear: the data directory keeps that of its first
/// start, because runs that were claimed under it would be lost under another one.
final class NodeName {
  /// The kernel's, which needs no name service.
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  private NodeName() {}

  /// @param asked by the operator; else the first start takes the host's name
  /// @throws StartRefused when the directory belongs to a node of another name
  static String of(Path data, Optional<String> asked) {
    var file = data.resolve("node");
    try {
      if (!Files.exists(file)) {
        var name = asked.isPresent() ? asked.get() : Files.readString(HOST_NAME).strip();
        Files.writeString(file, name + "\n");
        return name;
      }
      var kept = Files.readString(file).strip();
      if (asked.isPresent() && !asked.get().equals(kept)) {
        throw new StartRefused(
            "The data directory %s belongs to node '%s', and its runs would be lost under the name '%s'. Leave --node out, or give this node a folder of its own with --data-dir."
                .formatted(data, kept, asked.get()));
      }
      return kept;
    } catch (IOException hidden) {
      throw new StartRefused(
          "This node's name cannot be kept in %s: %s. Name another folder with --data-dir."
              .formatted(file, hidden),
          hidden);
    }
  }
}
