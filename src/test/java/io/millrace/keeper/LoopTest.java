package io.millrace.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LoopTest {
  private final Loop loop;
  private final List<Throwable> mistakes = new ArrayList<>();

  LoopTest() throws Exception {
    loop = new Loop();
  }

  @Test
  void a_cancelled_timeout_is_let_go_of_long_before_its_time() {
    var attempts = new ArrayList<WeakReference<Object>>();
    for (int i = 0; i < 10_000; i++) {
      var attempt = new Object();
      attempts.add(new WeakReference<>(attempt));
      loop.after(Duration.ofDays(1), attempt::notifyAll, mistakes::add).cancel();
    }
    await()
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(attempts.stream().filter(left -> left.get() != null).count())
                  .isLessThan(100);
            });
  }

  @Test
  void what_is_not_cancelled_is_done_once_and_in_its_order() throws Exception {
    var random = new Random(1);
    var planned = new ArrayList<Integer>();
    var done = new ArrayList<Integer>();
    var deadlines = new ArrayList<Loop.Deadline>();
    for (int i = 0; i < 2_000; i++) {
      int number = i;
      deadlines.add(loop.after(Duration.ofMillis(i / 20), () -> done.add(number), mistakes::add));
    }
    for (int i = 0; i < 2_000; i++) {
      if (random.nextInt(4) > 0) {
        deadlines.get(i).cancel();
        deadlines.get(i).cancel();
      } else {
        planned.add(i);
      }
    }
    while (done.size() < planned.size()) {
      loop.turn(Duration.ofSeconds(1));
    }
    deadlines.forEach(Loop.Deadline::cancel);
    assertThat(done).containsExactlyInAnyOrderElementsOf(planned);
    assertThat(done.stream().map(number -> number / 20)).isSorted();
    assertThat(mistakes).isEmpty();
  }
}
