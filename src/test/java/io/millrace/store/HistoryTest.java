package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.TestDatabase;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The short form of [HistoryBench]: what a page touches must not grow with the history.
class HistoryTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static StoreFixture small;
  private static StoreFixture large;

  @BeforeAll
  static void makeHistories() throws Exception {
    small = new StoreFixture(DATABASE.another());
    large = new StoreFixture(DATABASE.settings());
    HistoryRows.make(small, 50_000, HistoryPages.LAST, HistoryPages.MONTHS);
    HistoryRows.make(large, 200_000, HistoryPages.LAST, HistoryPages.MONTHS);
    HistoryRows.schedule(small, 100);
    HistoryRows.schedule(large, 100_000);
    for (var store : List.of(small, large)) {
      store.queued("waits");
      store.running("runs");
    }
  }

  @AfterAll
  static void close() {
    small.close();
    large.close();
  }

  @Test
  void no_page_reads_a_month_from_end_to_end() {
    for (var page : HistoryPages.all()) {
      assertThat(HistoryPages.explain(large, page)).as(page.name()).doesNotContain("Seq Scan");
    }
  }

  @Test
  void no_page_touches_more_than_three_times_what_it_does_in_a_small_history() {
    for (var page : HistoryPages.all()) {
      var inSmall = HistoryPages.explain(small, page);
      var inLarge = HistoryPages.explain(large, page);
      assertThat(HistoryPages.blocksPerRow(inLarge))
          .as("%s:%n%s%nagainst%n%s", page.name(), inLarge, inSmall)
          .isLessThanOrEqualTo(3 * HistoryPages.blocksPerRow(inSmall));
    }
  }

  @Test
  void a_search_passes_over_what_only_waits() {
    var page =
        large
            .runs
            .list(
                StoreFixture.text("hello"),
                new Position.Newest(),
                50,
                java.time.Duration.ZERO,
                FreshOutput.NONE)
            .await();
    assertThat(page.items()).as("within one portion, with 100,000 queued ahead").hasSize(50);
  }

  @Test
  void a_claim_does_not_notice_runs_for_later() {
    assertThat(claimBlocks(large)).isBetween(0.5, 3 * claimBlocks(small));
  }

  private static double claimBlocks(StoreFixture store) {
    store.queued("x");
    var plan = new StringBuilder();
    store
        .database
        .move(
            "explain (analyze, buffers) " + ClaimRuns.CLAIM,
            Tuple.of(store.me.node(), store.me.epoch(), -1L, 1))
        .await()
        .forEach(row -> plan.append(row.getString(0)).append('\n'));
    return HistoryPages.blocksPerRow(plan.toString());
  }
}
