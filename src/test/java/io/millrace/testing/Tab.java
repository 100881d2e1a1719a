package io.millrace.testing;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;

/// A tab with the page in it, and all that goes wrong there: faults of its scripts, violations of
/// its Content-Security-Policy, dialogs that output has opened.
public final class Tab implements AutoCloseable {
  private static final String ROWS =
      """
      () => [...document.querySelectorAll('.terminal-host .xterm-rows > div')]
        .map(row => row.textContent.trimEnd()).filter(text => text)\
      """;

  private final Page page;
  private final List<String> faults = new ArrayList<>();

  public Tab(BrowserContext person) {
    page = person.newPage();
    page.onPageError(faults::add);
    page.onDialog(
        dialog -> {
          faults.add("dialog: " + dialog.message());
          dialog.dismiss();
        });
    page.onConsoleMessage(
        message -> {
          if (message.text().contains("Content Security Policy")) {
            faults.add(message.text());
          }
        });
  }

  public Page page() {
    return page;
  }

  public List<String> faults() {
    return List.copyOf(faults);
  }

  /// Opens a run and waits for its terminal.
  public Tab watch(String run) {
    page.navigate("/#/runs/" + run);
    page.waitForSelector(".terminal-host .xterm-rows");
    return this;
  }

  /// Waits until a row of the terminal is exactly this.
  public Tab awaitRow(String text) {
    page.waitForFunction("text => (" + ROWS + ")().includes(text)", text);
    return this;
  }

  /// Waits until the line beside the run's name says so.
  public Tab awaitState(String state) {
    page.waitForSelector(".run-title:has-text('" + state + "')");
    return this;
  }

  /// The rows that are in view, empty ones left out.
  @SuppressWarnings("unchecked")
  public List<String> rows() {
    return (List<String>) page.evaluate(ROWS);
  }

  /// Every line of the output, read from its head by turning pages.
  public List<String> readThrough() {
    page.focus(".terminal-host textarea");
    page.keyboard().press("Home");
    page.waitForFunction("() => document.querySelector('.gutter a[href$=\"at=0\"]')");
    var lines = new ArrayList<String>(rows());
    boolean more = true;
    while (more) {
      page.keyboard().press("PageDown");
      more = turned(lines.getLast());
      var seen = rows();
      // A page repeats the last line of the one before; the last page more of them.
      lines.addAll(seen.subList(seen.indexOf(lines.getLast()) + 1, seen.size()));
    }
    return lines;
  }

  /// Whether another line than this has come to the bottom; false at the end of the output.
  private boolean turned(String bottom) {
    return (boolean)
        page.evaluate(
            """
            async bottom => {
              const last = () => (%s)().at(-1);
              for (let tries = 0; tries < 20 && last() === bottom; tries++)
                await new Promise(done => setTimeout(done, 50));
              return last() !== bottom;
            }\
            """
                .formatted(ROWS),
            bottom);
  }

  @Override
  public void close() {
    page.close();
  }
}
