package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.millrace.testing.Api;
import io.millrace.testing.Browser;
import io.millrace.testing.MillraceProcess;
import io.millrace.testing.SharedMillrace;
import io.millrace.testing.Tab;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whether everyone can use the page (axe-core), and pictures of it under `target/screenshots`.
@ExtendWith(SharedMillrace.class)
class PageAccessIT {
  private static final Path PICTURES = Path.of("target", "screenshots");
  private static final String VIOLATIONS =
      """
      async () => (await axe.run()).violations
        .filter(found => ['serious', 'critical'].includes(found.impact))
        .map(found => found.id + ': ' + found.nodes.map(node => node.target).join(', '))\
      """;
  private static Browser browser;
  private static String axe;

  @BeforeAll
  static void open() throws IOException {
    browser = Browser.open();
    try (var script = PageAccessIT.class.getResourceAsStream("/axe-core-4.14.1/axe.min.js")) {
      axe = new String(script.readAllBytes(), StandardCharsets.UTF_8);
    }
    Files.createDirectories(PICTURES);
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"1280, LIGHT", "1280, DARK", "390, LIGHT", "390, DARK"})
  void every_page_can_be_used_by_everyone(
      int width, ColorScheme scheme, MillraceProcess service, Api api) {
    var ended = api.submit(new JsonObject().put("script", COLOURS).put("name", "nightly-backup"));
    api.awaitEnd(ended);
    var live = api.submit(new JsonObject().put("script", "cat").put("stdin", true));
    try (var stranger = browser.person(service, width, scheme);
        var person = browser.signedIn(service, width, scheme)) {
      var out = stranger.newPage();
      out.navigate("/");
      out.waitForSelector("#token");
      look(out, "sign-in", width, scheme);

      var tab = new Tab(person);
      var page = tab.page();
      page.navigate("/#/");
      page.waitForSelector("tr[data-id]");
      look(page, "list", width, scheme);
      page.navigate("/#/?name=no-such-run");
      page.waitForSelector("text=No run fits these filters");
      look(page, "list-empty", width, scheme);
      page.navigate("/#/new");
      page.fill("#script", "echo hello");
      page.click(".options > summary");
      page.fill("#option-limits-memory", "lots");
      page.click("text=Start >> nth=-1");
      page.waitForSelector(".faults li");
      look(page, "form", width, scheme);
      tab.watch(ended).awaitState("failed").awaitRow("4 files missing");
      look(page, "run", width, scheme);
      tab.watch(live).awaitState("running");
      page.waitForSelector("#stdin-line");
      look(page, "run-live", width, scheme);
      page.click(".run-actions >> text=Stop");
      page.waitForSelector("dialog");
      look(page, "run-stop", width, scheme);
      page.keyboard().press("Escape");
      page.navigate("/#/runs/0199f2c4-0000-7000-8000-000000000000");
      page.waitForSelector("text=There is no such run");
      look(page, "no-run", width, scheme);
      assertThat(tab.faults()).isEmpty();
    } finally {
      api.cancel(live);
    }
  }

  private static void look(Page page, String name, int width, ColorScheme scheme) {
    var picture = PICTURES.resolve("%s-%d-%s.png".formatted(name, width, scheme).toLowerCase());
    page.screenshot(new Page.ScreenshotOptions().setPath(picture));
    page.evaluate(axe);
    assertThat((Iterable<?>) page.evaluate(VIOLATIONS)).as("%s, %s", name, picture).isEmpty();
  }

  private static final String COLOURS =
      """
      #!/usr/bin/env bash
      echo "Backing up 1,284 files to vault:/nightly"
      for part in etc home srv var; do
        printf '\\e[32m✓\\e[0m %-5s \\e[90m%s\\e[0m\\n' "$part" "done"
      done
      printf '\\e[33mwarning\\e[0m  srv/cache is larger than yesterday\\n'
      printf '\\e[1;31m4 files missing\\e[0m\\n' >&2
      exit 3
      """;
}
