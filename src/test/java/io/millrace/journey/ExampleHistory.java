package io.millrace.journey;

import static org.awaitility.Awaitility.await;

import io.millrace.testing.Api;
import io.millrace.testing.MillraceProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;

/// What a day leaves behind: a run in each state, and a page of ordinary ones.
///
/// @param live with its standard input open
/// @param terminal shows top
record ExampleHistory(String failed, String lost, String queued, String terminal, String live) {
  private static final int ORDINARY = 12;

  static ExampleHistory make(MillraceProcess service) {
    var api = service.api();
    var lost = named("import", "sleep 600");
    var lostId = api.submit(lost);
    await().until(() -> api.find(lostId).getValue("startedAt") != null);
    service.keeper().destroyForcibly();
    api.awaitEnd(lostId);

    var ended = new ArrayList<String>();
    for (int i = 1; i <= ORDINARY; i++) {
      ended.add(
          api.submit(
              label(
                  named("thumbnails", "echo \"page $1\"").put("args", new JsonArray().add("" + i)),
                  "batch",
                  "catalogue")));
    }
    ended.add(api.submit(named("report", "sleep 600").put("timeoutSeconds", 0.2)));
    ended.add(api.submit(label(named("deploy", "echo deployed"), "env", "staging")));
    ended.forEach(api::awaitEnd);
    cancelled(api);
    var failed = api.submit(label(named("nightly-backup", BACKUP), "host", "vault"));
    api.awaitEnd(failed);
    ended.add(api.submit(label(named("deploy", "echo deployed"), "env", "production")));
    api.awaitEnd(ended.getLast());

    var queued = named("reindex", "echo reindexed").put("runAt", "2099-01-01T02:00:00Z");
    var terminal =
        named("top", "exec top -d 1")
            .put("tty", new JsonObject().put("columns", 100).put("rows", 30))
            .put("env", new JsonObject().put("TERM", "xterm-256color"))
            .put("timeoutSeconds", 0);
    var live = named("console", "cat").put("stdin", true).put("timeoutSeconds", 0);
    return new ExampleHistory(
        failed, lostId, api.submit(queued), api.submit(terminal), api.submit(live));
  }

  private static void cancelled(Api api) {
    var id = api.submit(named("reindex", "sleep 600"));
    await().until(() -> api.find(id).getValue("startedAt") != null);
    api.cancel(id);
    api.awaitEnd(id);
  }

  private static JsonObject named(String name, String script) {
    return new JsonObject().put("name", name).put("script", script);
  }

  private static JsonObject label(JsonObject submission, String key, String value) {
    return submission.put("labels", new JsonObject().put(key, value));
  }

  private static final String BACKUP =
      """
      #!/usr/bin/env bash
      echo "Backing up 1,284 files to vault:/nightly"
      for part in etc home srv var; do
        sleep 0.2
        printf '\\e[32m✓\\e[0m %-5s \\e[90m%s\\e[0m\\n' "$part" "done"
      done
      printf '\\e[33mwarning\\e[0m  srv/cache is larger than yesterday\\n'
      printf '\\e[1;31m4 files missing\\e[0m\\n' >&2
      exit 3
      """;
}
