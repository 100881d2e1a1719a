package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.Api;
import io.millrace.testing.Many;
import io.millrace.testing.SharedMillrace;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Lists of runs, page by page.
@ExtendWith(SharedMillrace.class)
class ListingIT {

  @Test
  void a_list_paged_while_a_thousand_runs_arrive_has_no_gap_and_no_repeat(Api api) {
    var name = "before-" + UUID.randomUUID();
    var before = new ArrayList<String>();
    for (int i = 0; i < 60; i++) {
      before.add(api.submit(new JsonObject().put("script", "true").put("name", name)));
    }
    var inserting =
        CompletableFuture.supplyAsync(
            () ->
                Many.atOnce(20, i -> insertFifty(api, name)).stream()
                    .flatMap(List::stream)
                    .toList());
    var seen = pages(api, "name=" + name + "&limit=7");
    var inserted = inserting.join();
    assertThat(seen).doesNotHaveDuplicates().containsAll(before);
    var after = pages(api, "name=" + name + "&limit=500");
    assertThat(after).doesNotHaveDuplicates().containsAll(before).containsAll(inserted);
    inserted.forEach(api::awaitEnd);
  }

  @Test
  void filters_find_by_status_label_and_output(Api api) {
    var label = UUID.randomUUID().toString();
    var found =
        api.submit(
            new JsonObject()
                .put("script", "echo needle-" + label + "; exit 1")
                .put("labels", new JsonObject().put("case", label)));
    var other =
        api.submit(
            new JsonObject()
                .put("script", "true")
                .put("labels", new JsonObject().put("case", label)));
    api.awaitEnd(found);
    api.awaitEnd(other);
    assertThat(pages(api, "label=case:" + label)).containsExactly(other, found);
    assertThat(pages(api, "label=case:" + label + "&status=failed")).containsExactly(found);
    assertThat(pages(api, "text=needle-" + label)).containsExactly(found);
  }

  @Test
  void a_running_one_is_listed_with_its_live_state(Api api) {
    var name = UUID.randomUUID().toString();
    var id = api.submit(new JsonObject().put("script", "echo hi; sleep 1000").put("name", name));
    while (api.find(id).getJsonObject("output").getLong("bytes") < 3) {
      Thread.onSpinWait();
    }
    var item = page(api, "name=" + name).getJsonArray("items").getJsonObject(0);
    assertThat(item.getString("status")).isEqualTo("running");
    assertThat(item.getString("startedAt")).isNotNull();
    assertThat(item.containsKey("script")).isFalse();
    assertThat(pages(api, "status=running&name=" + name)).containsExactly(id);
    api.cancel(id);
    api.awaitEnd(id);
  }

  @Test
  void what_a_running_one_has_written_so_far_is_searched_too(Api api) {
    var mark = UUID.randomUUID().toString();
    var script =
        "head -c 300000 /dev/zero; printf 'nee'; sleep 0.2; printf 'dle-%s' \"$MARK\"; sleep 1000";
    var submission =
        new JsonObject().put("script", script).put("env", new JsonObject().put("MARK", mark));
    var id = api.submit(submission.put("name", mark));
    await().untilAsserted(() -> assertThat(pages(api, "text=needle-" + mark)).containsExactly(id));
    assertThat(pages(api, "status=running&name=" + mark + "&text=needle-" + mark))
        .containsExactly(id);
    assertThat(pages(api, "status=failed&text=needle-" + mark)).isEmpty();
    assertThat(pages(api, "name=other&text=needle-" + mark)).isEmpty();
    api.cancel(id);
    api.awaitEnd(id);
    assertThat(pages(api, "text=needle-" + mark)).containsExactly(id);
  }

  @Test
  void a_deleted_run_is_gone_with_its_output(Api api) {
    var id = api.submit("echo secret");
    api.awaitEnd(id);
    assertThat(api.delete("/api/v1/runs/" + id).statusCode()).isEqualTo(204);
    assertThat(api.get("/api/v1/runs/" + id).statusCode()).isEqualTo(404);
    assertThat(api.get("/api/v1/runs/" + id + "/output").statusCode()).isEqualTo(404);
  }

  private static List<String> insertFifty(Api api, String name) {
    var ids = new ArrayList<String>();
    for (int i = 0; i < 50; i++) {
      ids.add(api.submit(new JsonObject().put("script", "true").put("name", name)));
    }
    return ids;
  }

  private static List<String> pages(Api api, String query) {
    var ids = new ArrayList<String>();
    var page = page(api, query);
    while (true) {
      page.getJsonArray("items").forEach(item -> ids.add(((JsonObject) item).getString("id")));
      var cursor = page.getString("nextCursor");
      if (cursor == null) {
        return ids;
      }
      page = page(api, query + "&cursor=" + cursor);
    }
  }

  private static JsonObject page(Api api, String query) {
    var answer = api.get("/api/v1/runs?" + query);
    assertThat(answer.statusCode()).as(Api.text(answer)).isEqualTo(200);
    return new JsonObject(Api.text(answer));
  }
}
