package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.options.ColorScheme;
import io.millrace.testing.Api;
import io.millrace.testing.Browser;
import io.millrace.testing.MillraceProcess;
import io.millrace.testing.SharedMillrace;
import io.millrace.testing.Tab;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Outputs in the browser: large ones, hostile ones, and across a restart of the server.
@ExtendWith(SharedMillrace.class)
class PageOutputIT {
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
  void a_large_output_opens_at_its_tail_scrolls_back_and_is_read_at_its_head_and_at_any_line(
      MillraceProcess service, Api api) {
    var id =
        api.submit(
            new JsonObject()
                .put(
                    "script",
                    "awk 'BEGIN { for (;i < 1000000; i++) printf \"line %08d %90s\\n\", i, \"\" }'")
                .put("limits", new JsonObject().put("output", "128M")));
    api.awaitEnd(id);
    try (var person = browser.signedIn(service)) {
      var tab = new Tab(person).watch(id).awaitRow("line 00999999");
      var page = tab.page();
      page.focus(".terminal-host textarea");
      while (tab.rows().stream().allMatch(row -> row.compareTo("line 00990000") > 0)) {
        page.keyboard().press("PageUp");
      }
      page.keyboard().press("Home");
      tab.awaitRow("line 00000000");
      page.keyboard().press("End");
      tab.awaitRow("line 00999999");
      page.navigate("/#/runs/" + id + "?at=" + 500_000 * 105L);
      tab.awaitRow("line 00500000");
      page.waitForSelector(".line-band:not([hidden])");
      page.getByLabel("Search in the loaded output").fill("00500321");
      page.keyboard().press("Enter");
      tab.awaitRow("line 00500321");
      page.waitForSelector(".found:has-text('1 of 1')");
      assertThat(tab.faults()).isEmpty();
    }
  }

  @Test
  void nothing_that_a_script_prints_leaves_the_terminals_box(MillraceProcess service, Api api) {
    var id =
        api.submit(
            """
            printf '\\e]0;another title\\a\\e]2;another title\\a'
            printf '\\e]52;c;c3RvbGVu\\a'
            printf '\\e]8;;https://elsewhere.example/\\aa link\\e]8;;\\a https://plain.example/\\n'
            printf '<img src=x onerror=alert(1)><script>alert(2)</script><b>bold</b>\\n'
            printf 'user \\u202enimda\\u202c \\u2066x\\u2069\\n'
            printf '\\e[38;2;255;120;0mtrue colour\\e[0m \\e[1;31mred\\e[0m\\n'
            printf '\\e[999999999b\\e[999999999S\\e[999999999L\\e[?1049h\\e[?1003h\\e[2J\\n'
            printf 'e%.0s' {1..10}; printf '\\u0301%.0s' {1..20000}; echo
            head -c 10000000 /dev/zero | tr '\\0' x
            printf '\\nstill here\\n'
            """);
    api.awaitEnd(id);
    try (var person = browser.person(service, 1280, ColorScheme.DARK)) {
      person.grantPermissions(List.of("clipboard-read", "clipboard-write"));
      var tab = new Tab(person);
      var page = tab.page();
      page.navigate("/#/runs/" + id);
      page.getByLabel("Token").fill(service.token());
      page.keyboard().press("Enter");
      tab.awaitRow("still here");
      page.evaluate("() => navigator.clipboard.writeText('mine')");
      page.focus(".terminal-host textarea");
      page.keyboard().press("Home");
      page.waitForSelector(".terminal-host .xterm-rows:has-text('a link')");
      assertThat(page.title()).endsWith("· Millrace").doesNotContain("another");
      assertThat(page.evaluate("() => navigator.clipboard.readText()")).isEqualTo("mine");
      assertThat(page.locator(".terminal-host").locator("a, img, script, b").count()).isZero();
      assertThat(String.join("", tab.rows()))
          .doesNotContainPattern("[\\u202a-\\u202e\\u2066-\\u2069]");
      var box = page.locator(".output").boundingBox();
      var rows = page.locator(".terminal-host .xterm-rows").boundingBox();
      assertThat(rows.x + rows.width).isLessThanOrEqualTo(box.x + box.width);
      assertThat(tab.faults()).isEmpty();
    }
  }

  @Test
  void three_tabs_come_back_after_a_restart_and_no_line_is_missing_or_doubled() {
    try (var service = MillraceProcess.start("--on-stop=detach");
        var person = browser.signedIn(service)) {
      var id = service.api().submit("for i in {1..300}; do echo line $i; sleep 0.1; done");
      var tabs = new ArrayList<Tab>();
      for (int i = 0; i < 3; i++) {
        tabs.add(new Tab(person).watch(id));
      }
      tabs.forEach(tab -> tab.page().waitForSelector(".follow-state:has-text('Following')"));
      service.terminate();
      tabs.forEach(tab -> tab.page().waitForSelector(".follow-state:has-text('Reconnecting')"));
      service.restartInPlace();
      var lines = IntStream.rangeClosed(1, 300).mapToObj(i -> "line " + i).toList();
      for (Tab tab : tabs) {
        tab.awaitState("succeeded").awaitRow("line 300");
        assertThat(tab.readThrough()).isEqualTo(lines);
        assertThat(tab.faults()).isEmpty();
      }
    }
  }
}
