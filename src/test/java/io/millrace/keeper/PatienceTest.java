package io.millrace.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatienceTest {

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MAX_VALUE - 1})
  void a_keeper_that_runs_has_half_a_minute_to_answer(long now) {
    var patience = Patience.withAnAnswer(now);
    assertThat(patience.isOver(now + seconds(30))).isFalse();
    assertThat(patience.isOver(now + seconds(30) + 1)).isTrue();
    assertThat(patience.seconds()).isEqualTo(30);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MAX_VALUE - 1})
  void a_keeper_that_starts_has_five_minutes(long now) {
    var patience = Patience.withAStart(now);
    assertThat(patience.isOver(now + seconds(300))).isFalse();
    assertThat(patience.isOver(now + seconds(300) + 1)).isTrue();
    assertThat(patience.seconds()).isEqualTo(300);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 10, 31, 299})
  void when_another_serves_it_has_all_of_its_time_however_late_that_was_found(long found) {
    var patience = Patience.withAStart(0);
    patience.hasEnded(seconds(found));
    patience.hasEnded(seconds(found + 29));
    assertThat(patience.isOver(seconds(found + 30))).isFalse();
    assertThat(patience.isOver(seconds(found + 30) + 1)).isTrue();
    assertThat(patience.seconds()).isEqualTo(30);
  }

  private static long seconds(long count) {
    return Duration.ofSeconds(count).toNanos();
  }
}
