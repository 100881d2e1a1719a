package io.millrace.runner;

import java.util.List;
import java.util.Optional;

/// Which program runs a script: the one asked for, else its `#!` line's, else bash.
///
/// A script is never executed itself but handed to its interpreter as a file, so its own mode does
/// not matter and a file just written cannot be busy (ETXTBSY, execve(2)).
final class Interpreter {
  private static final List<String> BASH = List.of("bash");

  private Interpreter() {}

  /// Program and arguments that stand before the script's file.
  static List<String> of(Optional<String> chosen, String script) {
    return chosen.map(Interpreter::words).or(() -> ofFirstLine(script)).orElse(BASH);
  }

  /// Reads `#!program argument` as execve(2) does: everything behind the program is one argument.
  private static Optional<List<String>> ofFirstLine(String script) {
    if (!script.startsWith("#!")) {
      return Optional.empty();
    }
    int end = script.indexOf('\n');
    var line = (end < 0 ? script.substring(2) : script.substring(2, end)).strip();
    if (line.isEmpty()) {
      return Optional.empty();
    }
    int blank = firstBlank(line);
    return Optional.of(
        blank < 0
            ? List.of(line)
            : List.of(line.substring(0, blank), line.substring(blank).strip()));
  }

  private static List<String> words(String text) {
    return List.of(text.strip().split("\\s+"));
  }

  private static int firstBlank(String line) {
    for (int i = 0; i < line.length(); i++) {
      if (line.charAt(i) == ' ' || line.charAt(i) == '\t') {
        return i;
      }
    }
    return -1;
  }
}
