package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Api;
import io.millrace.testing.Many;
import io.millrace.testing.SharedMillrace;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Many short runs: none lost, none without what it printed. `-Dbench.runs=10000` for more.
@ExtendWith(SharedMillrace.class)
class ManyRunsIT {
  private static final int RUNS = Integer.getInteger("bench.runs", 1000);
  private static final int CLIENTS = 32;

  @Test
  void every_run_of_printf_succeeds_and_keeps_its_x(Api api) {
    var label = "many-" + System.nanoTime();
    var submission =
        new JsonObject()
            .put("script", "printf x")
            .put("labels", new JsonObject().put("batch", label));

    var submitted =
        Many.atOnce(
                CLIENTS,
                client ->
                    IntStream.range(client * RUNS / CLIENTS, (client + 1) * RUNS / CLIENTS)
                        .mapToObj(i -> api.submit(submission))
                        .toList())
            .stream()
            .flatMap(List::stream)
            .toList();
    submitted.forEach(api::awaitEnd);

    assertThat(new HashSet<>(submitted)).hasSize(RUNS);
    assertThat(listed(api, "label=batch:" + label + "&status=succeeded"))
        .containsExactlyInAnyOrderElementsOf(submitted);
    assertThat(submitted).allSatisfy(id -> assertThat(api.output(id)).asString().isEqualTo("x"));
  }

  private static List<String> listed(Api api, String filter) {
    var ids = new ArrayList<String>();
    var page = "/api/v1/runs?limit=500&" + filter;
    while (true) {
      var body = new JsonObject(Api.text(api.get(page)));
      body.getJsonArray("items").forEach(item -> ids.add(((JsonObject) item).getString("id")));
      var next = body.getString("nextCursor");
      if (next == null) {
        return ids;
      }
      page = "/api/v1/runs?limit=500&" + filter + "&cursor=" + next;
    }
  }
}
