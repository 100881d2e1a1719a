package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class RunIdTest {
  private static final Instant TIME = Instant.parse("2026-11-21T20:15:00Z");

  private Instant now = TIME;
  private final RunId.Generator ids = new RunId.Generator(() -> now);

  @Test
  void ids_rise_while_the_clock_stands_still() {
    var made = new ArrayList<RunId>();
    for (int i = 0; i < 10_000; i++) {
      made.add(ids.next());
    }
    assertThat(made).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void ids_rise_while_the_clock_steps_back_by_less_than_a_second() {
    var before = ids.next();
    now = TIME.minusMillis(900);
    assertThat(ids.next()).isGreaterThan(before);
  }

  @Test
  void a_clock_that_was_hours_ahead_is_followed_back() {
    now = TIME.plus(Duration.ofHours(6));
    ids.next();
    now = TIME;
    assertThat(ids.next().createdAt()).isEqualTo(TIME);
  }
}
