package io.millrace.store;

import static io.millrace.store.StoreFixture.exited;
import static io.millrace.store.StoreFixture.idsOf;
import static io.millrace.store.StoreFixture.row;
import static io.millrace.store.StoreFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.RunFilter;
import io.millrace.run.RunId;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SearchTextTest extends StoreTest {
  private static final String ENDLESS = "more than anybody can search in time";

  @Test
  void a_text_in_the_output_is_found_newest_first() {
    var first = ended(row(0, "needle at the start"));
    ended(row(0, "nothing here"));
    var third = ended(row(0, "ends with a needle"));
    ended();

    var page = store.list(text("needle"), new Position.Newest(), 10);

    assertThat(idsOf(page)).containsExactly(third, first);
    assertThat(page.searchedBackTo()).isPresent();
    assertThat(page.continueBefore()).isEmpty();
    assertThat(store.all(text("Needle"))).isEmpty();
    assertThat(store.all(text("e"))).hasSize(3);
  }

  @Test
  void a_match_may_lie_across_rows_but_not_across_a_gap() {
    var across = ended(row(0, "xxnee"), row(5, "dlexx"));
    var inSmallPieces = ended(row(0, "n"), row(1, "ee"), row(3, "d"), row(4, "le"));
    ended(row(0, "nee"), row(100, "dle"));
    ended(row(0, "nee"), row(3, "x"), row(4, "dle"));
    ended(row(0, "n"), row(1, "eedl"), row(9, "e"));

    assertThat(store.all(text("needle"))).containsExactly(inSmallPieces, across);
  }

  @Test
  void bytes_are_compared_whatever_they_are() {
    var binary = ended(row(0, new byte[] {0, (byte) 0xff, (byte) 0xc3, (byte) 0xb6, 0}));
    assertThat(store.all(text("ö"))).containsExactly(binary);
    assertThat(store.all(text("100%_"))).isEmpty();
  }

  @Test
  void a_search_goes_on_where_it_ended() {
    var matches = new ArrayList<RunId>();
    for (int i = 0; i < 30; i++) {
      var id = ended(row(0, i % 3 == 0 ? "needle" : "hay"));
      if (i % 3 == 0) {
        matches.add(id);
      }
    }
    Collections.reverse(matches);

    assertThat(store.paged(text("needle"), 4)).isEqualTo(matches);
    assertThat(idsOf(store.list(text("needle"), new Position.Offset(3), 2)))
        .isEqualTo(matches.subList(3, 5));
  }

  @Test
  void a_search_without_time_says_how_far_it_got_and_still_comes_to_an_end() {
    var oldest = ended(row(0, "needle"));
    var large = new byte[900_000];
    Arrays.fill(large, (byte) 88);
    for (int i = 0; i < 60; i++) {
      ended(row(0, large));
    }

    var found = new ArrayList<RunId>();
    Position position = new Position.Newest();
    int pages = 0;
    while (true) {
      var page =
          store.runs.list(text("needle"), position, 10, Duration.ZERO, FreshOutput.NONE).await();
      pages++;
      found.addAll(idsOf(page));
      if (page.continueBefore().isEmpty()) {
        break;
      }
      assertThat(page.searchedBackTo()).contains(page.continueBefore().get().createdAt());
      position = new Position.Before(page.continueBefore().get());
    }

    assertThat(found).containsExactly(oldest);
    assertThat(pages).isGreaterThan(2);
  }

  @Test
  void a_run_larger_than_one_statement_may_read_is_searched_in_parts() {
    var rows = new ArrayList<OutputRow>();
    var filler = new byte[1 << 20];
    Arrays.fill(filler, (byte) 88);
    var id = store.running("x");
    for (int i = 0; i < 20; i++) {
      rows.add(row((long) i << 20, filler));
    }
    for (int from = 0; from < 20; from += 5) {
      assertThat(store.append(id, rows.subList(from, from + 5))).isTrue();
    }
    long end = 20L << 20;
    var small = new ArrayList<OutputRow>();
    for (int i = 0; i < 100; i++) {
      small.add(row(end + 4 * i, i == 63 ? "xnee" : i == 64 ? "dlex" : "xxxx"));
    }
    assertThat(store.append(id, small)).isTrue();
    store.finish(id, exited(0));

    assertThat(store.all(text("needle"))).containsExactly(id);
    assertThat(store.all(text("Xneedle"))).isEmpty();
  }

  @Test
  void other_filters_hold_as_well() {
    var failed = store.running("x");
    store.finish(failed, exited(1), row(0, "needle"));
    ended(row(0, "needle"));
    var filter =
        new RunFilter(
            java.util.Set.of(io.millrace.run.RunStatus.FAILED),
            java.util.Optional.empty(),
            java.util.Optional.empty(),
            java.util.Map.of(),
            java.util.Optional.empty(),
            java.util.Optional.empty(),
            java.util.Optional.empty(),
            java.util.Optional.of("needle"));
    assertThat(store.all(filter)).isEqualTo(List.of(failed));
  }

  @Test
  void output_that_is_not_stored_yet_is_searched_in_its_place() {
    var oldest = store.running("x");
    var stored = ended(row(0, "needle"));
    var unlike = store.running("x");
    var half = store.running("x");
    assertThat(store.append(half, List.of(row(0, "nee")))).isTrue();
    var newest = store.running("x");
    ended(row(0, "hay"));
    var fresh =
        new Written(Map.of(oldest, "needle", unlike, "hay", half, "needle", newest, "a needle"));

    var first =
        store.runs.list(text("needle"), new Position.Newest(), 3, StoreFixture.LONG, fresh).await();
    assertThat(idsOf(first)).containsExactly(newest, half, stored);
    var position = new Position.Before(first.continueBefore().orElseThrow());
    var second = store.runs.list(text("needle"), position, 3, StoreFixture.LONG, fresh).await();
    assertThat(idsOf(second)).containsExactly(oldest);
    assertThat(second.continueBefore()).isEmpty();
  }

  @Test
  void a_search_without_time_goes_through_unstored_output_one_run_at_a_time() {
    var texts = new HashMap<RunId, String>();
    for (int i = 0; i < 4; i++) {
      texts.put(store.running("x"), "hay");
    }
    var oldest = Collections.min(texts.keySet());
    texts.put(oldest, "needle");
    var fresh = new Written(texts);

    Position position = new Position.Newest();
    for (int page = 1; page < 4; page++) {
      var searched = store.runs.list(text("needle"), position, 5, Duration.ZERO, fresh).await();
      assertThat(idsOf(searched)).isEmpty();
      assertThat(fresh.asked).hasSize(page);
      position = new Position.Before(searched.continueBefore().orElseThrow());
    }
    var last = store.runs.list(text("needle"), position, 5, Duration.ZERO, fresh).await();
    assertThat(idsOf(last)).containsExactly(oldest);
  }

  @Test
  void a_run_that_nobody_can_search_in_time_gets_the_whole_time_once_and_is_passed_then() {
    var oldest = ended(row(0, "needle"));
    var endless = store.running("x");
    var newest = ended(row(0, "needle"));
    var fresh = new Written(Map.of(endless, ENDLESS));

    var first = page(new Position.Newest(), StoreFixture.LONG, fresh);
    assertThat(idsOf(first)).containsExactly(newest);
    assertThat(first.continueBefore()).contains(newest);
    var second = page(new Position.Before(newest), StoreFixture.LONG, fresh);
    assertThat(idsOf(second)).isEmpty();
    assertThat(second.continueBefore()).contains(endless);
    var third = page(new Position.Before(endless), StoreFixture.LONG, fresh);
    assertThat(idsOf(third)).containsExactly(oldest);
    assertThat(third.continueBefore()).isEmpty();
    assertThat(fresh.asked).containsExactly(endless, endless);
  }

  @Test
  void the_clock_is_looked_at_within_a_large_stored_run() {
    var oldest = ended(row(0, "needle"));
    var large = store.running("x");
    var filler = new byte[300_000];
    for (int i = 0; i < 70; i++) {
      var bytes = i == 69 ? "needle".getBytes(StandardCharsets.UTF_8) : filler;
      assertThat(store.append(large, List.of(row(i * 300_000L, bytes)))).isTrue();
    }
    store.finish(large, exited(0));
    var newest = ended(row(0, "needle"));

    assertThat(store.all(text("needle"))).containsExactly(newest, large, oldest);
    var late = page(new Position.Before(newest), Duration.ZERO, FreshOutput.NONE);
    assertThat(idsOf(late)).isEmpty();
    assertThat(late.continueBefore()).contains(large);
    var next = page(new Position.Before(large), Duration.ZERO, FreshOutput.NONE);
    assertThat(idsOf(next)).containsExactly(oldest);
  }

  private static RunPage page(Position position, Duration budget, FreshOutput fresh) {
    return store.runs.list(text("needle"), position, 10, budget, fresh).await();
  }

  /// Runs that have written these texts; says who was asked about.
  private static final class Written implements FreshOutput {
    private final Map<RunId, String> texts;
    final List<RunId> asked = new ArrayList<>();

    Written(Map<RunId, String> texts) {
      this.texts = texts;
    }

    @Override
    public List<RunId> runs(RunFilter filter) {
      return List.copyOf(texts.keySet());
    }

    @Override
    public Future<Look> look(RunId run, byte[] text, long untilNanos) {
      asked.add(run);
      var sought = new String(text, StandardCharsets.UTF_8);
      var written = texts.getOrDefault(run, "");
      return Future.succeededFuture(
          written.equals(ENDLESS)
              ? Look.UNFINISHED
              : written.contains(sought) ? Look.FOUND : Look.NOT_FOUND);
    }
  }

  private static RunId ended(OutputRow... rows) {
    var id = store.running("x");
    store.finish(id, exited(0), rows);
    return id;
  }
}
