package io.millrace.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// One metric that a PromQL expression asks for, with what it demands of its labels.
public record Selector(String name, List<Demand> demands) {
  private static final Pattern GROUPING =
      Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
  private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
  private static final Pattern NAME =
      Pattern.compile("(?<![\\w.$\"])([a-zA-Z_:][\\w:]*)\\s*(?:\\{([^}]*)})?(?!\\s*\\(|[\\w:])");
  private static final Pattern DEMAND = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");
  private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset");

  /// Labels that Prometheus itself adds when it scrapes.
  private static final Set<String> OF_PROMETHEUS = Set.of("job", "instance");

  /// @param operator `=`, `!=`, `=~` or `!~`
  public record Demand(String label, String operator, String value) {

    boolean isMetBy(Exposition.Sample sample) {
      var actual = sample.labels().getOrDefault(label, "");
      return switch (operator) {
        case "=" -> actual.equals(value);
        case "!=" -> !actual.equals(value);
        case "=~" -> actual.matches(value);
        default -> !actual.matches(value);
      };
    }
  }

  /// All that `expression` asks for.
  public static List<Selector> in(String expression) {
    var bare = RANGE.matcher(GROUPING.matcher(expression).replaceAll(" ")).replaceAll(" ");
    var found = new ArrayList<Selector>();
    var match = NAME.matcher(bare);
    while (match.find()) {
      if (!WORDS.contains(match.group(1))) {
        found.add(new Selector(match.group(1), demands(match.group(2))));
      }
    }
    return found;
  }

  private static List<Demand> demands(String text) {
    var demands = new ArrayList<Demand>();
    var match = DEMAND.matcher(text == null ? "" : text);
    while (match.find()) {
      if (!OF_PROMETHEUS.contains(match.group(1))) {
        demands.add(new Demand(match.group(1), match.group(2), match.group(3)));
      }
    }
    return demands;
  }

  /// Whether the query would find something in `answer`.
  public boolean finds(Exposition answer) {
    return answer.samples().stream()
        .anyMatch(
            sample ->
                sample.name().equals(name)
                    && demands.stream().allMatch(demand -> demand.isMetBy(sample)));
  }
}
