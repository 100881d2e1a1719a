package io.millrace.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// How the tests read the queries of dashboards and alerts.
class SelectorTest {

  @Test
  void names_are_told_from_functions_words_and_labels() {
    var query =
        """
        histogram_quantile(0.99, sum by (instance, le) (rate(a_seconds_bucket{x="y"}[5m]))) > 1e9
          or on (instance) max without(le) (b_total) and sum(increase(c[$__rate_interval])) > 2\
        """;
    assertThat(Selector.in(query))
        .extracting(Selector::name)
        .containsExactly("a_seconds_bucket", "b_total", "c");
  }

  @Test
  void a_selector_finds_only_what_meets_all_it_demands() {
    var answer =
        Exposition.read(
            """
            # HELP runs_total Runs
            runs_total{status="failed",node="a b"} 3.0
            up 1
            """);
    assertThat(answer.value("runs_total", "status=\"failed\"", "node=\"a b\"")).isEqualTo(3);
    assertThat(finds("rate(runs_total[5m])", answer)).isTrue();
    assertThat(finds("runs_total{status=~\"failed|lost\",job=\"x\"}", answer)).isTrue();
    assertThat(finds("runs_total{status!=\"failed\"}", answer)).isFalse();
    assertThat(finds("runs_total{status!~\"lost\"}", answer)).isTrue();
    assertThat(finds("down", answer)).isFalse();
  }

  private static boolean finds(String query, Exposition answer) {
    return Selector.in(query).getFirst().finds(answer);
  }
}
