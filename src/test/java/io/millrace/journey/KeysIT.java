package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Api;
import io.millrace.testing.Many;
import io.millrace.testing.SharedMillrace;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Idempotency keys and concurrency keys.
@ExtendWith(SharedMillrace.class)
class KeysIT {

  @Test
  void fifty_posts_at_once_with_one_idempotency_key_make_one_run(Api api) {
    var key = UUID.randomUUID().toString();
    var answers = Many.atOnce(50, i -> post(api, key, new JsonObject().put("script", "echo 1")));
    assertThat(answers.stream().map(HttpResponse::statusCode).filter(status -> status == 201))
        .hasSize(1);
    assertThat(answers.stream().map(HttpResponse::statusCode).filter(status -> status == 200))
        .hasSize(49);
    assertThat(answers.stream().map(KeysIT::id).collect(Collectors.toSet())).hasSize(1);
  }

  @Test
  void a_field_given_its_default_means_the_same_and_another_script_does_not(Api api) {
    var key = UUID.randomUUID().toString();
    var first = post(api, key, new JsonObject().put("script", "echo 1"));
    var same = post(api, key, new JsonObject().put("timeoutSeconds", 300).put("script", "echo 1"));
    var other = post(api, key, new JsonObject().put("script", "echo 2"));
    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(same.statusCode()).isEqualTo(200);
    assertThat(id(same)).isEqualTo(id(first));
    assertThat(other.statusCode()).isEqualTo(422);
  }

  @Test
  void runs_of_one_concurrency_key_never_overlap(Api api) {
    var key = UUID.randomUUID().toString();
    var folder = "/tmp/millrace-key-" + key;
    var script = "mkdir %s || exit 9; sleep 0.05; rmdir %s".formatted(folder, folder);
    var ids =
        Many.atOnce(
            8, i -> api.submit(new JsonObject().put("script", script).put("concurrencyKey", key)));
    assertThat(ids)
        .allSatisfy(id -> assertThat(api.awaitEnd(id).getString("status")).isEqualTo("succeeded"));
  }

  @Test
  void reject_answers_409_while_the_key_is_taken(Api api) {
    var key = UUID.randomUUID().toString();
    var holder = api.submit(keyed("sleep 1000", key, "queue"));
    var refused = api.post("/api/v1/runs", keyed("true", key, "reject"));
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(Api.text(refused)).contains(holder);
    api.cancel(holder);
    api.awaitEnd(holder);
    assertThat(api.post("/api/v1/runs", keyed("true", key, "reject")).statusCode()).isEqualTo(201);
  }

  @Test
  void replace_cancels_the_queued_and_the_running_one_and_then_starts(Api api) {
    var key = UUID.randomUUID().toString();
    var running = api.submit(keyed("sleep 1000", key, "queue"));
    var queued = api.submit(keyed("true", key, "queue"));
    var replacing = api.submit(keyed("echo new", key, "replace"));
    assertThat(api.awaitEnd(queued).getString("status")).isEqualTo("cancelled");
    assertThat(api.awaitEnd(running).getString("status")).isEqualTo("cancelled");
    assertThat(api.awaitEnd(replacing).getString("status")).isEqualTo("succeeded");
  }

  private static JsonObject keyed(String script, String key, String onConflict) {
    return new JsonObject()
        .put("script", script)
        .put("concurrencyKey", key)
        .put("onConflict", onConflict);
  }

  private static HttpResponse<byte[]> post(Api api, String key, JsonObject submission) {
    return api.send(
        api.request("/api/v1/runs")
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(BodyPublishers.ofString(submission.encode())));
  }

  private static String id(HttpResponse<byte[]> answer) {
    return new JsonObject(Api.text(answer)).getString("id");
  }
}
