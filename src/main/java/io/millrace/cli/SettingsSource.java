package io.millrace.cli;

import io.millrace.app.StartRefused;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Where an option's value comes from when it is not on the command line: the environment
/// (`MILLRACE_MAX_RUNNING` for `--max-running`), then the properties file named by `--config`
/// (`max-running=…`), then the default.
final class SettingsSource implements IDefaultValueProvider {
  private final Map<String, String> environment;
  private final Properties file;

  private SettingsSource(Map<String, String> environment, Properties file) {
    this.environment = environment;
    this.file = file;
  }

  /// Reads the file that `--config` or `MILLRACE_CONFIG` names, if any.
  ///
  /// @throws StartRefused when it cannot be read or holds a key that is no option; the message
  ///   names the nearest one
  static SettingsSource of(CommandSpec command, String[] args, Map<String, String> environment) {
    var path =
        configFile(Arrays.asList(args))
            .or(() -> Optional.ofNullable(environment.get("MILLRACE_CONFIG")));
    var properties = new Properties();
    if (path.isPresent()) {
      read(Path.of(path.get()), properties);
      requireKnown(path.get(), properties, names(command));
    }
    return new SettingsSource(environment, properties);
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)) {
      return null;
    }
    var name = name(option);
    var variable = "MILLRACE_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
    var value = environment.get(variable);
    return value != null ? value : file.getProperty(name);
  }

  private static Optional<String> configFile(List<String> args) {
    for (int i = 0; i < args.size(); i++) {
      var argument = args.get(i);
      if (argument.startsWith("--config=")) {
        return Optional.of(argument.substring("--config=".length()));
      }
      if (argument.equals("--config") && i + 1 < args.size()) {
        return Optional.of(args.get(i + 1));
      }
    }
    return Optional.empty();
  }

  private static void read(Path path, Properties into) {
    try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
      into.load(reader);
    } catch (IOException | IllegalArgumentException failure) {
      throw new StartRefused("The settings file " + path + " cannot be read: " + failure, failure);
    }
  }

  private static void requireKnown(String path, Properties file, List<String> known) {
    for (var key : file.stringPropertyNames()) {
      if (!known.contains(key)) {
        var nearest =
            known.stream().min(Comparator.comparingInt(name -> distance(name, key))).orElseThrow();
        throw new StartRefused(
            "%s: '%s' is no setting. Did you mean '%s'?".formatted(path, key, nearest));
      }
    }
  }

  private static List<String> names(CommandSpec command) {
    return command.options().stream()
        .map(SettingsSource::name)
        .filter(name -> !List.of("config", "help", "version").contains(name))
        .toList();
  }

  private static String name(OptionSpec option) {
    return option.longestName().substring(2);
  }

  /// How many letters must be changed, added or removed to come from one word to the other
  /// (Levenshtein).
  private static int distance(String a, String b) {
    var row = new int[b.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
