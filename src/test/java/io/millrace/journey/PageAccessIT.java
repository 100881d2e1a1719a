package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import io.millrace.testing.Browser;
import io.millrace.testing.MillraceProcess;
import io.millrace.testing.Tab;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whether everyone can use the page in each of its states (axe-core), and pictures of it under
/// `target/screenshots`, from which the README has its own.
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
  private static MillraceProcess service;
  private static ExampleHistory history;

  @BeforeAll
  static void open() throws IOException {
    browser = Browser.open();
    try (var script = PageAccessIT.class.getResourceAsStream("/axe-core-4.14.1/axe.min.js")) {
      axe = new String(script.readAllBytes(), StandardCharsets.UTF_8);
    }
    Files.createDirectories(PICTURES);
    service = MillraceProcess.start("--on-stop=detach");
    lookAtNothing();
    history = ExampleHistory.make(service);
  }

  @AfterAll
  static void close() {
    if (service != null) {
      service.close();
    }
    if (browser != null) {
      browser.close();
    }
  }

  /// The first thing a newcomer sees.
  private static void lookAtNothing() {
    for (int width : List.of(1280, 390)) {
      for (var scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
        try (var person = browser.signedIn(service, width, scheme);
            var page = person.newPage()) {
          page.navigate("/#/");
          page.waitForSelector("text=Nothing has run yet");
          new Look(page, width, scheme).at("list-nothing");
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1280, LIGHT", "1280, DARK", "390, LIGHT", "390, DARK"})
  void every_page_can_be_used_by_everyone(int width, ColorScheme scheme) {
    try (var stranger = browser.person(service, width, scheme);
        var person = browser.signedIn(service, width, scheme)) {
      var out = stranger.newPage();
      out.navigate("/");
      out.waitForSelector("#token");
      new Look(out, width, scheme).at("sign-in");
      out.getByLabel("Token").fill("a guess");
      out.keyboard().press("Enter");
      out.waitForSelector(".fault:has-text('does not know this token')");
      new Look(out, width, scheme).at("sign-in-refused");

      var tab = new Tab(person);
      var look = new Look(tab.page(), width, scheme);
      lists(tab.page(), look);
      form(tab.page(), look);
      runs(tab, look);
      troubles(tab, look);
      assertThat(tab.faults()).isEmpty();
    }
  }

  private static void lists(Page page, Look look) {
    page.navigate("/#/");
    page.waitForSelector("tr[data-id]");
    look.at("list");
    page.navigate("/#/?name=no-such-run");
    page.waitForSelector("text=No run fits these filters");
    look.at("list-empty");
  }

  private static void form(Page page, Look look) {
    page.navigate("/#/new");
    page.waitForSelector("#script");
    look.at("form");
    page.fill("#script", "echo hello");
    page.click(".options > summary");
    page.fill("#option-limits-memory", "lots");
    page.click("text=Start >> nth=-1");
    page.waitForSelector(".faults a:has-text('Memory must be')");
    look.at("form-faults");
    page.locator(".options").scrollIntoViewIfNeeded();
    look.whole("form-options");
  }

  private static void runs(Tab tab, Look look) {
    var page = tab.page();
    tab.watch(history.failed()).awaitState("failed").awaitRow("4 files missing");
    look.at("run");
    tab.watch(history.lost()).awaitState("lost");
    look.at("run-lost");
    tab.watch(history.queued()).awaitState("queued");
    look.at("run-queued");
    tab.watch(history.terminal()).awaitState("running");
    page.waitForSelector(".terminal-host .xterm-rows:has-text('load average')");
    look.at("run-tty");
    tab.watch(history.live()).awaitState("running");
    page.waitForSelector("#stdin-line");
    look.at("run-live");
    page.click(".run-actions >> text=Stop");
    page.waitForSelector("dialog");
    look.at("run-stop");
    page.keyboard().press("Escape");
    page.navigate("/#/runs/0199f2c4-0000-7000-8000-000000000000");
    page.waitForSelector("text=There is no such run");
    look.at("run-missing");
  }

  private static void troubles(Tab tab, Look look) {
    var page = tab.page();
    page.route("**/api/v1/runs?*", PageAccessIT::databaseIsAway);
    page.navigate("/#/");
    page.waitForSelector(".problem:has-text('The database is away')");
    look.at("list-error");
    page.unroute("**/api/v1/runs?*");
    tab.watch(history.live()).awaitState("running");
    service.terminate();
    page.waitForSelector(".follow-state:has-text('Reconnecting')");
    look.at("run-reconnecting");
    service.restartInPlace();
    page.waitForSelector(".follow-state:has-text('No output yet')");
  }

  private static void databaseIsAway(Route route) {
    var problem =
        new JsonObject()
            .put("title", "The database is away")
            .put("status", 503)
            .put("detail", "Nothing was accepted. Live runs can still be watched and cancelled.")
            .put("next", "Try again in a few seconds.");
    route.fulfill(
        new Route.FulfillOptions()
            .setStatus(503)
            .setContentType("application/problem+json")
            .setBody(problem.encode()));
  }

  /// A picture of a state, and what axe finds in it.
  private record Look(Page page, int width, ColorScheme scheme) {

    void at(String name) {
      take(name, false);
    }

    void whole(String name) {
      take(name, true);
    }

    private void take(String name, boolean whole) {
      var picture = PICTURES.resolve("%s-%d-%s.png".formatted(name, width, scheme).toLowerCase());
      page.screenshot(new Page.ScreenshotOptions().setPath(picture).setFullPage(whole));
      page.evaluate(axe);
      assertThat((Iterable<?>) page.evaluate(VIOLATIONS)).as("%s, %s", name, picture).isEmpty();
    }
  }
}
