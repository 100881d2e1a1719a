package io.millrace.testing;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// A Chromium of this machine, for a person's journeys. Without one its tests are skipped.
public final class Browser implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final List<String> FLAGS =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  private final Playwright playwright;
  private final com.microsoft.playwright.Browser chromium;

  private Browser(Path program) {
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    chromium =
        playwright.chromium().launch(new LaunchOptions().setExecutablePath(program).setArgs(FLAGS));
  }

  public static Browser open() {
    Optional<Path> program =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
            .filter(Files::isExecutable)
            .findFirst();
    Assumptions.assumeTrue(program.isPresent(), "tests of the page need a Chromium");
    return new Browser(program.orElseThrow());
  }

  /// Somebody at a screen of `width` × 860 pixels who has not signed in.
  public BrowserContext person(MillraceProcess service, int width, ColorScheme scheme) {
    return person(service.address(), width, scheme);
  }

  public BrowserContext person(URI address, int width, ColorScheme scheme) {
    var context =
        chromium.newContext(
            new com.microsoft.playwright.Browser.NewContextOptions()
                .setBaseURL(address.toString())
                .setViewportSize(width, 860)
                .setColorScheme(scheme));
    context.setDefaultTimeout(60_000);
    return context;
  }

  /// Somebody with an ordinary screen who has pasted the token.
  public BrowserContext signedIn(MillraceProcess service) {
    return signedIn(service, 1280, ColorScheme.LIGHT);
  }

  public BrowserContext signedIn(MillraceProcess service, int width, ColorScheme scheme) {
    var context = person(service, width, scheme);
    try (Page page = context.newPage()) {
      page.navigate("/");
      page.getByLabel("Token").fill(service.token());
      page.keyboard().press("Enter");
      page.waitForSelector("h1:has-text('Runs')");
    }
    return context;
  }

  @Override
  public void close() {
    chromium.close();
    playwright.close();
  }
}
