package io.millrace.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// The commands of the README, as somebody would type them.
public final class Readme {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");

  private Readme() {}

  /// The blocks of that language under the heading, in order.
  public static List<String> blocks(String heading, String language) {
    return BLOCK
        .matcher(section(heading))
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }

  private static String section(String heading) {
    try {
      var text = Files.readString(Path.of("README.md"));
      int start = text.indexOf("\n## " + heading + "\n");
      if (start < 0) {
        throw new IllegalArgumentException("The README has no section " + heading);
      }
      int end = text.indexOf("\n## ", start + 1);
      return text.substring(start, end < 0 ? text.length() : end);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
