package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Api;
import io.millrace.testing.Many;
import io.millrace.testing.SharedMillrace;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Cancelling, also in the very moment of the end.
@ExtendWith(SharedMillrace.class)
class StopsIT {
  private static final int RACES = Integer.getInteger("bench.races", 200);

  @Test
  void a_cancel_that_races_with_the_end_leaves_exactly_one_end_state(Api api) {
    var answers = Many.atOnce(8, worker -> race(api, worker));
    assertThat(answers).allSatisfy(count -> assertThat(count).isEqualTo(RACES / 8));
  }

  private static int race(Api api, int worker) {
    for (int i = 0; i < RACES / 8; i++) {
      var id = api.submit(i % 2 == 0 ? "exit 7" : "sleep 0.00" + worker + "; exit 7");
      var answer = api.cancel(id);
      assertThat(answer.statusCode()).as(Api.text(answer)).isIn(202, 409);
      var run = api.awaitEnd(id);
      assertThat(run.getString("status")).isIn("failed", "cancelled");
      if (answer.statusCode() == 409) {
        assertThat(run.getInteger("exitCode")).isEqualTo(7);
      }
      if (run.getString("status").equals("failed")) {
        assertThat(run.getInteger("exitCode")).isEqualTo(7);
      }
      assertThat(api.find(id).getString("status")).isEqualTo(run.getString("status"));
    }
    return RACES / 8;
  }

  @Test
  void a_cancel_that_races_with_the_start_is_never_lost(Api api) {
    var ends =
        Many.atOnce(
            8,
            worker ->
                IntStream.range(0, RACES / 8)
                    .mapToObj(i -> cancelledAtOnce(api))
                    .collect(Collectors.toSet()));
    assertThat(ends).allSatisfy(statuses -> assertThat(statuses).containsExactly("cancelled"));
  }

  private static String cancelledAtOnce(Api api) {
    var id = api.submit("sleep 1000; echo woken");
    assertThat(api.cancel(id).statusCode()).isEqualTo(202);
    return api.awaitEnd(id).getString("status");
  }

  @Test
  void a_second_cancel_can_only_shorten_the_grace(Api api) {
    var id =
        api.submit(
            new JsonObject()
                .put("script", "trap '' TERM; echo ready; while :; do sleep 0.05; done")
                .put("graceSeconds", 600));
    while (api.find(id).getJsonObject("output").getLong("bytes") < 6) {
      Thread.onSpinWait();
    }
    api.cancel(id);
    assertThat(api.find(id).getString("stopRequestedAt")).isNotNull();
    var shorter =
        api.post("/api/v1/runs/" + id + "/cancel", new JsonObject().put("graceSeconds", 0.1));
    assertThat(shorter.statusCode()).isEqualTo(202);
    var run = api.awaitEnd(id);
    assertThat(run.getString("status")).isEqualTo("cancelled");
    assertThat(run.getString("signal")).isEqualTo("SIGKILL");
  }

  @Test
  void a_stop_reaches_every_process_of_the_tree(Api api) {
    var mark = "7" + System.nanoTime();
    var script =
        """
        ((setsid sleep %s &)&)
        sleep %s & nohup sleep %s & env -i setsid sleep %s &
        echo ready; wait
        """
            .formatted(mark, mark, mark, mark);
    var id = api.submit(script);
    while (api.find(id).getJsonObject("output").getLong("bytes") < 6) {
      Thread.onSpinWait();
    }
    api.cancel(id);
    api.awaitEnd(id);
    assertThat(
            ProcessHandle.allProcesses()
                .filter(
                    process ->
                        process.info().arguments().map(List::of).orElse(List.of()).contains(mark)))
        .isEmpty();
  }
}
