package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Api;
import io.millrace.testing.Many;
import io.millrace.testing.MillraceProcess;
import io.millrace.testing.SharedMillrace;
import io.millrace.testing.Viewer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Many people watch one run.
@ExtendWith(SharedMillrace.class)
class ViewersIT {
  private static final String HEAVY =
      "for ((i=0; i<40000; i++)); do echo \"line $i of a heavy run\"; done";

  @Test
  void a_hundred_viewers_who_join_at_random_moments_assemble_the_same_bytes(
      MillraceProcess service, Api api) {
    var id = api.submit(HEAVY);
    var random = new Random(7);
    var moments = random.longs(100, 0, 900_000).toArray();
    var seen =
        Many.atOnce(
            100,
            i -> {
              while (api.find(id).getJsonObject("output").getLong("bytes") < moments[i]) {
                Thread.onSpinWait();
              }
              return i % 3 == 0 ? reconnecting(service, id, i) : steady(service, id);
            });
    var whole = api.output(id);
    assertThat(whole.length).isGreaterThan(1_000_000);
    assertThat(seen).allSatisfy(bytes -> assertThat(bytes).isEqualTo(whole));
  }

  private static byte[] steady(MillraceProcess service, String id) {
    try (var viewer = Viewer.open(service, id, 0)) {
      viewer.awaitEnd();
      return viewer.bytes();
    }
  }

  /// Leaves after its first output frames and comes back with `next`.
  private static byte[] reconnecting(MillraceProcess service, String id, int seed) {
    byte[] first;
    long next;
    try (var viewer = Viewer.open(service, id, 0)) {
      viewer.awaitFrame(
          frame -> "output".equals(frame.getString("type")) && frame.getLong("next") > seed * 100L);
      viewer.close();
      synchronized (viewer) {
        first = viewer.bytes();
        next = viewer.next();
      }
    }
    try (var viewer = Viewer.open(service, id, next)) {
      viewer.awaitEnd();
      var rest = viewer.bytes();
      var whole = java.util.Arrays.copyOf(first, first.length + rest.length);
      System.arraycopy(rest, 0, whole, first.length, rest.length);
      return whole;
    }
  }
}
