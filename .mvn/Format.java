import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;

/// Holds the Java files under a folder to google-java-format: `check` names those that differ, `fix` rewrites them.
///
/// The build runs it from source with the formatter's jar on the class path (see pom.xml).
public class Format {

  public static void main(String[] args) throws IOException {
    var check = args[0].equals("check");
    var options = check ? List.of("--dry-run", "--set-exit-if-changed") : List.of("--replace");
    var arguments = new ArrayList<>(options);
    arguments.addAll(javaFiles(Path.of(args[1])));
    if (arguments.size() == options.size()) {
      return;
    }
    var formatter = ToolProvider.findFirst("google-java-format").orElseThrow();
    var code = formatter.run(System.out, System.err, arguments.toArray(String[]::new));
    if (code != 0 && check) {
      System.err.println("Not in google-java-format (above). Write them anew with: mvn -q -Pformat process-sources");
    }
    System.exit(code);
  }

  private static List<String> javaFiles(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.map(Path::toString).filter(name -> name.endsWith(".java")).sorted().toList();
    }
  }
}
