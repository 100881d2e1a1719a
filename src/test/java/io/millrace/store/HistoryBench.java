package io.millrace.store;

import static io.millrace.store.HistoryRows.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Pages of 5,000,000 runs against pages of 50,000.
@Tag("bench")
class HistoryBench {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static final int SMALL = 50_000;
  private static final int LARGE = Integer.getInteger("bench.history.runs", 5_000_000);
  private static final int READS = 40;
  private static final int WARM_UPS = 20;

  @Test
  void every_page_of_a_large_history_takes_at_most_three_times_as_long() throws Exception {
    try (var small = new StoreFixture(DATABASE.another());
        var large = new StoreFixture(DATABASE.settings())) {
      HistoryRows.make(small, SMALL, HistoryPages.LAST, HistoryPages.MONTHS);
      long begun = System.nanoTime();
      HistoryRows.make(large, LARGE, HistoryPages.LAST, HistoryPages.MONTHS);
      System.out.printf(
          "%s runs with output made in %d s%n",
          number(LARGE), Duration.ofNanos(System.nanoTime() - begun).toSeconds());
      System.out.printf(
          "%-28s %12s %12s %6s%n",
          "page of 50", "ms of " + number(SMALL), "ms of " + number(LARGE), "ratio");
      // Both are read warm and in turn, and the best of many counts: other work only ever adds.
      for (int i = 0; i < WARM_UPS; i++) {
        for (var page : HistoryPages.all()) {
          HistoryPages.read(small, page);
          HistoryPages.read(large, page);
        }
      }
      HistoryRows.schedule(small, 100);
      HistoryRows.schedule(large, 1_000_000);
      var slow = new ArrayList<String>();
      for (var page : HistoryPages.all()) {
        double inSmall = Double.MAX_VALUE;
        double inLarge = Double.MAX_VALUE;
        for (int i = 0; i < READS; i++) {
          inSmall = Math.min(inSmall, millis(small, page));
          inLarge = Math.min(inLarge, millis(large, page));
        }
        boolean alike = HistoryPages.read(small, page) == HistoryPages.read(large, page);
        System.out.printf(
            "%-28s %12.2f %12.2f %6.2f%s%n",
            page.name(),
            inSmall,
            inLarge,
            inLarge / inSmall,
            alike ? "" : "  (the small one has fewer runs to show)");
        assertThat(HistoryPages.explain(large, page)).as(page.name()).doesNotContain("Seq Scan");
        if (alike && inLarge > 3 * inSmall) {
          slow.add(page.name());
        }
      }
      search(large);
      assertThat(slow).isEmpty();
    }
  }

  private static double millis(StoreFixture store, HistoryPages.Page page) {
    long begun = System.nanoTime();
    HistoryPages.read(store, page);
    return (System.nanoTime() - begun) / 1e6;
  }

  private static void search(StoreFixture store) {
    for (var text : List.of("hello", "not there")) {
      long begun = System.nanoTime();
      var page =
          store
              .runs
              .list(
                  StoreFixture.text(text),
                  new Position.Newest(),
                  50,
                  Duration.ofSeconds(2),
                  FreshOutput.NONE)
              .await();
      System.out.printf(
          "search for \"%s\": %d found in %d ms, back to %s%n",
          text,
          page.items().size(),
          Duration.ofNanos(System.nanoTime() - begun).toMillis(),
          page.searchedBackTo().orElseThrow());
    }
  }
}
