package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Api;
import io.millrace.testing.MillraceProcess;
import io.millrace.testing.Niceness;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What a run may use, and as whom and where it runs: enforced where this host can, refused where
/// it cannot, never left out in silence.
///
/// Each example takes the host as it is: on one with cgroup v1 beside v2, limits are refused, and
/// that is checked then. To see all of them enforced, run this class (`-Dit.test=LimitsIT`) in a
/// virtual machine whose kernel has cgroup v2 alone, the controllers cpu, memory and pids passed
/// down at its root: once as root from a cgroup of its own, and once as an ordinary user whose
/// cgroup is delegated (the folder, its `cgroup.procs`, `cgroup.subtree_control` and
/// `cgroup.threads` belong to that user, and nobody else is in it). `-Dmillrace.limits=all` makes a
/// refused memory, cpu or processes limit a failure there.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitsIT {
  private static final String OWN_CGROUP =
      "cd \"$(sed -n 's/.* - cgroup2 .*/&/p' /proc/self/mountinfo | cut -d' ' -f5)$(sed -n"
          + " 's/^0:://p' /proc/self/cgroup)\"\n";
  private MillraceProcess service = null;
  private Api api = null;
  private Set<String> enforced = Set.of();
  private boolean isRoot;

  @BeforeAll
  void start() {
    service = MillraceProcess.start();
    api = service.api();
    enforced = enforced(api);
    isRoot = System.getProperty("user.name").equals("root");
    if (System.getProperty("millrace.limits", "").equals("all")) {
      assertThat(enforced).as(capabilities(api).toString()).contains("cpu", "memory", "pids");
    }
  }

  @AfterAll
  void end() {
    service.close();
  }

  /// Of cpu, memory and pids those that this service's host can limit, as `/version` says.
  static Set<String> enforced(Api api) {
    return capabilities(api).stream()
        .filter(sentence -> sentence.contains(", limits: ") && !sentence.contains("limits: none"))
        .map(sentence -> sentence.substring(sentence.indexOf("limits: ") + "limits: ".length()))
        .findFirst()
        .map(names -> Set.of(names.split(", ")))
        .orElse(Set.of());
  }

  private static List<String> capabilities(Api api) {
    return new JsonObject(Api.text(api.get("/version")))
        .getJsonArray("capabilities").stream().map(String::valueOf).toList();
  }

  @Test
  void version_and_log_say_what_this_host_can_do() {
    assertThat(capabilities(api)).anyMatch(sentence -> sentence.contains("cgroup"));
    assertThat(service.log() + keeperLog()).contains(capabilities(api));
  }

  @Test
  void a_run_that_takes_too_much_memory_dies_as_a_whole_and_is_told_so() {
    var script = "sleep 1000 & echo on; x=$(head -c 300M /dev/zero | tr '\\0' x); echo off";
    var run = run(script, "memory", "30M", "memory");
    if (run.isPresent()) {
      assertThat(run.get().getString("status")).isEqualTo("failed");
      assertThat(run.get().getString("reason")).contains("out of memory").contains("30 MiB");
      assertThat(run.get().getString("signal")).isEqualTo("SIGKILL");
      assertThat(output(run.get())).isEqualTo("on\n");
      assertThat(run.get().getJsonObject("usage").getLong("maxMemoryBytes"))
          .isBetween(20L << 20, 30L << 20);
    }
  }

  @Test
  void the_memory_of_the_whole_tree_counts() {
    var script =
        "for i in 1 2 3 4; do (x=$(head -c 10M /dev/zero | tr '\\0' x); sleep 1000) & done; wait";
    run(script, "memory", "30M", "memory")
        .ifPresent(run -> assertThat(run.getString("reason")).contains("out of memory"));
  }

  @Test
  void a_run_within_its_memory_is_told_as_it_ended() {
    var run = run("x=$(head -c 1M /dev/zero | tr '\\0' x); exit 3", "memory", "50M", "memory");
    run.ifPresent(
        ended -> {
          assertThat(ended.getString("reason")).isEqualTo("exited with code 3");
          assertThat(ended.getJsonObject("usage").getLong("maxMemoryBytes"))
              .isBetween(1L << 20, 50L << 20);
        });
  }

  @Test
  void a_run_gets_the_share_of_a_processor_that_it_may_have() {
    var script =
        OWN_CGROUP
            + "cat cpu.max; end=$((SECONDS + 2)); while ((SECONDS < end)); do :; done\n"
            + "[[ $(sed -n 's/nr_throttled //p' cpu.stat) -gt 2 ]] && echo throttled";
    run(script, "cpu", "20%", "cpu")
        .ifPresent(run -> assertThat(output(run)).isEqualTo("20000 100000\nthrottled\n"));
  }

  @Test
  void a_run_cannot_have_more_processes_than_allowed() {
    var script =
        OWN_CGROUP + "cat pids.max; for i in {1..50}; do sleep 1000 & done; echo forked; exit 4";
    run(script, "processes", 20, "pids")
        .ifPresent(
            run -> {
              assertThat(output(run))
                  .startsWith("20\n")
                  .contains("Resource temporarily unavailable")
                  .doesNotContain("forked");
              assertThat(run.getString("status")).isEqualTo("failed");
            });
  }

  @Test
  void a_script_of_another_user_has_that_users_groups_and_no_way_back() {
    var script =
        "id -un; id -G; grep -E '^(CapPrm|CapEff):' /proc/self/status; test -r /etc/shadow; echo"
            + " $?; setpriv --reuid=0 true 2>/dev/null; echo $?; test -w \"$0\"; echo $?";
    var submission = new JsonObject().put("script", script).put("user", isRoot ? "nobody" : "root");
    if (!isRoot) {
      assertRefused(submission, "user");
      return;
    }
    assertThat(output(api.awaitEnd(api.submit(submission))))
        .isEqualTo(
            "nobody\n65534\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n1\n127\n1\n");
  }

  @Test
  void an_isolated_script_has_processes_and_proc_of_its_own() {
    var script =
        "ls /proc | grep -c '^[0-9]'; ((\\$\\$ < 10)) && echo small; kill -9 1 2>/dev/null; kill 1"
            + " 2>/dev/null; (setsid sleep 1000 &); kill -0 "
            + ProcessHandle.current().pid()
            + "000 2>/dev/null || echo alone; exit 6";
    var submission =
        new JsonObject().put("script", script.replace("\\$", "$")).put("isolate", true);
    if (!offers("runs can be isolated")) {
      assertRefused(submission, "isolate");
      return;
    }
    var run = api.awaitEnd(api.submit(submission));
    assertThat(run.getString("reason")).isEqualTo("exited with code 6");
    var lines = output(run).lines().toList();
    assertThat(Integer.parseInt(lines.getFirst())).isLessThan(10);
    assertThat(lines.subList(1, lines.size())).containsExactly("small", "alone");
  }

  @Test
  void a_wrong_form_and_what_this_host_has_not_are_refused_together() {
    var submission =
        new JsonObject()
            .put("script", 7)
            .put("colour", "red")
            .put("user", "nobody-we-know")
            .put("workdir", "/nowhere-we-know")
            .put("interpreter", "no-program-we-know")
            .put("limits", new JsonObject().put("openFiles", 1 << 30).put("memory", "much"));
    var answer = api.post("/api/v1/runs", submission);
    assertThat(answer.statusCode()).isEqualTo(400);
    var errors = new JsonObject(Api.text(answer)).getJsonArray("errors").stream();
    assertThat(errors.map(each -> ((JsonObject) each).getString("field")))
        .containsExactlyInAnyOrder(
            "script",
            "colour",
            "user",
            "workdir",
            "interpreter",
            "limits.openFiles",
            "limits.memory");
  }

  @Test
  void priority_umask_and_open_files_are_as_asked() {
    var submission =
        new JsonObject()
            .put("script", "umask; nice; ulimit -Hn; ulimit -n 100 2>/dev/null || echo no")
            .put("umask", "077")
            .put("nice", 7)
            .put("limits", new JsonObject().put("openFiles", 50));
    assertThat(output(api.awaitEnd(api.submit(submission))))
        .isEqualTo("0077\n%d\n50\nno\n".formatted(Niceness.OWN + 7));
  }

  @Test
  void only_root_raises_a_priority() {
    var submission = new JsonObject().put("script", "nice").put("nice", -5);
    if (isRoot) {
      assertThat(output(api.awaitEnd(api.submit(submission)))).isEqualTo("-5\n");
    } else {
      assertRefused(submission, "nice");
    }
  }

  @Test
  void everything_at_once_works_too() {
    var limits = new JsonObject().put("openFiles", 64);
    if (enforced.containsAll(Set.of("cpu", "memory", "pids"))) {
      limits.put("memory", "64M").put("cpu", "150%").put("processes", 30);
    }
    var submission =
        new JsonObject()
            .put("script", "id -un; umask; nice; ulimit -n; (setsid sleep 1000 &); exit 9")
            .put("limits", limits)
            .put("umask", "027")
            .put("nice", 3);
    if (isRoot) {
      submission.put("user", "nobody");
    }
    if (offers("runs can be isolated")) {
      submission.put("isolate", true);
    }
    var run = api.awaitEnd(api.submit(submission));
    assertThat(run.getString("reason")).isEqualTo("exited with code 9");
    assertThat(output(run)).endsWith("\n0027\n%d\n64\n".formatted(Niceness.OWN + 3));
  }

  private boolean offers(String sentence) {
    return capabilities(api).stream().anyMatch(said -> said.startsWith(sentence));
  }

  /// The ended run, or empty when this host cannot enforce the limit, and has said so.
  private Optional<JsonObject> run(String script, String limit, Object value, String controller) {
    var submission =
        new JsonObject().put("script", script).put("limits", new JsonObject().put(limit, value));
    if (!enforced.contains(controller)) {
      assertRefused(submission, "limits." + limit);
      return Optional.empty();
    }
    return Optional.of(api.awaitEnd(api.submit(submission)));
  }

  private void assertRefused(JsonObject submission, String field) {
    var answer = api.post("/api/v1/runs", submission);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Api.text(answer)).contains("\"" + field + "\"");
  }

  private String output(JsonObject run) {
    return new String(api.output(run.getString("id")), StandardCharsets.UTF_8);
  }

  private String keeperLog() {
    try {
      return java.nio.file.Files.readString(service.dataDir().resolve("keeper/keeper.log"));
    } catch (java.io.IOException missing) {
      return "";
    }
  }
}
