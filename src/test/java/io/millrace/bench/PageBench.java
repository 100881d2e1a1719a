package io.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import io.millrace.testing.Browser;
import io.millrace.testing.MillraceProcess;
import io.millrace.testing.Tab;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// How long a browser is busy, and how much it keeps, with an output of 100 MB.
@Tag("bench")
class PageBench {
  private static final int TIMES = 5;

  /// Counts what blocks the page's thread (Long Tasks API), and sees when the last line is drawn.
  private static final String WATCH =
      """
      window.longest = 0;
      new PerformanceObserver(list => {
        for (const task of list.getEntries()) longest = Math.max(longest, task.duration);
      }).observe({ type: 'longtask', buffered: true });
      const look = () => {
        if (document.querySelector('.terminal-host .xterm-rows')?.textContent.includes('00999999'))
          window.seen = performance.now();
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);\
      """;

  private static final String FIGURES =
      """
      () => {
        const answers = performance.getEntriesByType('resource')
          .filter(one => one.name.includes('/api/v1/runs/')).map(one => one.responseEnd);
        return {
          longest: Math.round(longest),
          opened: Math.round(seen),
          painted: Math.round(seen - Math.max(...answers.filter(end => end < seen))),
          heap: Math.round(performance.memory.usedJSHeapSize / 1e6)
        };
      }\
      """;

  @Test
  void a_large_output_opens_and_is_scrolled_through() {
    try (var service = MillraceProcess.start();
        var browser = Browser.open();
        var person = browser.signedIn(service)) {
      var api = service.api();
      var id =
          api.submit(
              new JsonObject()
                  .put(
                      "script",
                      "awk 'BEGIN { for (;i < 1000000; i++) printf \"line %08d %90s\\n"
                          + "\", i, \"\" }'")
                  .put("limits", new JsonObject().put("output", "128M")));
      api.awaitEnd(id);
      person.addInitScript(WATCH);
      for (int i = 0; i < TIMES; i++) {
        open(person, id, i == TIMES - 1);
      }
    }
  }

  private static void open(BrowserContext person, String id, boolean scroll) {
    try (var tab = new Tab(person)) {
      tab.watch(id).awaitRow("line 00999999");
      tab.page().waitForFunction("() => window.seen");
      print("opened", tab);
      if (scroll) {
        tab.page().focus(".terminal-host textarea");
        for (int i = 0; i < 400; i++) {
          tab.page().keyboard().press("PageUp");
        }
        tab.page().keyboard().press("Home");
        tab.awaitRow("line 00000000");
        print("after 400 pages back, and at its head", tab);
      }
      assertThat(tab.faults()).isEmpty();
    }
  }

  @SuppressWarnings("unchecked")
  private static void print(String when, Tab tab) {
    var figures = (Map<String, Object>) tab.page().evaluate(FIGURES);
    System.out.printf(
        "%s: last line drawn %s ms after the start, %s ms after the answer; longest task %s ms;"
            + " heap %s MB%n",
        when,
        figures.get("opened"),
        figures.get("painted"),
        figures.get("longest"),
        figures.get("heap"));
  }
}
