package io.millrace.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// An answer of `/metrics` in the text format of Prometheus, read.
public record Exposition(List<Sample> samples) {
  private static final Pattern LINE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\",?");

  /// One series and its value.
  public record Sample(String name, Map<String, String> labels, double value) {}

  /// What `/metrics` answers now.
  public static Exposition of(Api api) {
    var answer = api.get("/metrics");
    if (answer.statusCode() != 200) {
      throw new AssertionError(answer.statusCode() + ": " + Api.text(answer));
    }
    return read(Api.text(answer));
  }

  static Exposition read(String text) {
    var samples = new ArrayList<Sample>();
    for (var line : text.lines().filter(each -> !each.startsWith("#")).toList()) {
      var match = LINE.matcher(line);
      if (!match.matches()) {
        throw new AssertionError("this is no sample: " + line);
      }
      samples.add(
          new Sample(match.group(1), labels(match.group(2)), Double.parseDouble(match.group(3))));
    }
    return new Exposition(samples);
  }

  private static Map<String, String> labels(String text) {
    var labels = new LinkedHashMap<String, String>();
    var match = LABEL.matcher(text == null ? "" : text);
    while (match.find()) {
      labels.put(match.group(1), match.group(2));
    }
    return labels;
  }

  /// The value of the one series of that name and with these labels, such as `status="failed"`.
  public double value(String name, String... labels) {
    var wanted = labels(String.join(",", labels));
    var found = find(sample -> sample.name().equals(name) && sample.labels().equals(wanted));
    if (found.size() != 1) {
      throw new AssertionError("%s%s: %d series".formatted(name, wanted, found.size()));
    }
    return found.getFirst().value();
  }

  public List<Sample> find(Predicate<Sample> wish) {
    return samples.stream().filter(wish).toList();
  }
}
