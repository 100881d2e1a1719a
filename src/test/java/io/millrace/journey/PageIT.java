package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.options.ColorScheme;
import io.millrace.testing.Api;
import io.millrace.testing.Browser;
import io.millrace.testing.Many;
import io.millrace.testing.MillraceProcess;
import io.millrace.testing.SharedMillrace;
import io.millrace.testing.Tab;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A person's day at the page.
@ExtendWith(SharedMillrace.class)
class PageIT {
  private static Browser browser;

  @BeforeAll
  static void open() {
    browser = Browser.open();
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  void somebody_signs_in_submits_a_loop_watches_it_stops_it_and_finds_its_output_kept(
      MillraceProcess service) {
    try (var person = browser.person(service, 1280, ColorScheme.LIGHT)) {
      var tab = new Tab(person);
      var page = tab.page();
      page.navigate("/#/new");
      page.getByLabel("Token").fill("a guess");
      page.keyboard().press("Enter");
      page.waitForSelector(".fault:has-text('does not know this token')");
      page.getByLabel("Token").fill(service.token());
      page.keyboard().press("Enter");

      page.getByLabel(
              "Script", new com.microsoft.playwright.Page.GetByLabelOptions().setExact(true))
          .fill("for i in $(seq 1 100); do\n  echo \"line $i\"\n  sleep 0.1\ndone\n");
      page.keyboard().press("Control+Enter");
      tab.awaitRow("line 10").awaitState("running");
      page.click(".run-actions >> text=Stop");
      page.fill("#cancel-reason", "seen enough");
      page.click("dialog >> text=Stop >> nth=-1");
      tab.awaitState("cancelled").awaitState("seen enough");

      page.reload();
      tab.awaitRow("line 1").awaitRow("line 10").awaitState("cancelled");
      assertThat(tab.rows()).doesNotContain("line 100");

      page.click("text=Sign out");
      page.getByLabel("Token").waitFor();
      assertThat(tab.faults()).isEmpty();
    }
  }

  @Test
  void a_thousand_runs_are_paged_through_by_keyboard_and_a_page_stays_while_runs_arrive(
      MillraceProcess service, Api api) {
    var label = new JsonObject().put("batch", "paging");
    var submission = new JsonObject().put("script", "exit 0").put("labels", label);
    Many.atOnce(
        10,
        worker -> {
          for (int i = 0; i < 100; i++) {
            api.submit(submission);
          }
          return worker;
        });
    try (var person = browser.signedIn(service)) {
      var tab = new Tab(person);
      var page = tab.page();
      page.navigate("/#/?label=batch:paging");
      page.waitForSelector("tr[data-id]");
      Set<Object> seen = new HashSet<>(ids(tab));
      var first = ids(tab);
      api.submit(submission);
      page.waitForSelector("text=Show 1 new run");
      assertThat(ids(tab)).isEqualTo(first);

      for (int number = 2; number <= 20; number++) {
        page.keyboard().press("n");
        page.waitForSelector(".paging:has-text('Page " + number + "')");
        seen.addAll(ids(tab));
      }
      assertThat(seen).hasSize(1000);
      for (int number = 19; number >= 1; number--) {
        page.keyboard().press("p");
        page.waitForSelector(".paging:has-text('Page " + number + "')");
      }
      var second = ids(tab).get(1);
      page.keyboard().press("j");
      page.keyboard().press("j");
      page.keyboard().press("Enter");
      page.waitForURL("**/#/runs/" + second);
      assertThat(tab.faults()).isEmpty();
    }
  }

  @Test
  void top_runs_in_a_terminal_takes_keys_and_a_new_size_and_is_left_by_q(MillraceProcess service) {
    try (var person = browser.signedIn(service)) {
      var tab = new Tab(person);
      var page = tab.page();
      page.navigate("/#/new");
      page.fill("#script", "stty size; exec top -d 1");
      page.click(".options > summary");
      page.check("#option-tty");
      page.click("text=Start >> nth=-1");
      page.waitForSelector(".terminal-host .xterm-rows:has-text('load average')");
      page.click(".terminal-host");
      page.keyboard().press("h");
      page.waitForSelector(".terminal-host .xterm-rows:has-text('Help for Interactive Commands')");
      page.keyboard().press("q");
      page.waitForSelector(".terminal-host .xterm-rows:has-text('load average')");
      int rows = page.locator(".terminal-host .xterm-rows > div").count();
      page.setViewportSize(1280, 600);
      page.waitForFunction(
          "before => document.querySelectorAll('.terminal-host .xterm-rows > div').length < before",
          rows);
      page.keyboard().press("q");
      tab.awaitState("succeeded");
      assertThat(tab.faults()).isEmpty();
    }
  }

  @Test
  void a_run_is_repeated_with_changes_and_keeps_the_environment_nobody_can_read(
      MillraceProcess service, Api api) {
    var id =
        api.submit(
            new JsonObject()
                .put("script", "echo $COLOUR \"$@\"")
                .put("args", new io.vertx.core.json.JsonArray().add("once"))
                .put("env", new JsonObject().put("COLOUR", "teal")));
    api.awaitEnd(id);
    try (var person = browser.signedIn(service)) {
      var tab = new Tab(person).watch(id).awaitRow("teal once");
      tab.page().click("text=Run again with changes");
      tab.page().click(".options > summary");
      tab.page().fill("#option-args", "twice");
      tab.page().click("text=Start >> nth=-1");
      tab.awaitRow("teal twice").awaitState("succeeded");
      assertThat(stored(person, tab)).doesNotContain("teal").doesNotContain("twice");
    }
  }

  private static String stored(BrowserContext person, Tab tab) {
    return person.pages().size()
        + String.valueOf(tab.page().evaluate("JSON.stringify(localStorage)"));
  }

  @SuppressWarnings("unchecked")
  private static java.util.List<String> ids(Tab tab) {
    return (java.util.List<String>)
        tab.page()
            .evaluate("() => [...document.querySelectorAll('tr[data-id]')].map(r => r.dataset.id)");
  }
}
