package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.options.ColorScheme;
import io.millrace.testing.Browser;
import io.millrace.testing.Readme;
import io.millrace.testing.Shell;
import io.millrace.testing.Tab;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A newcomer, who types what the README says on a fresh clone.
///
/// Two things differ from a reader's screen: the port, and Maven fetches nothing that this build
/// has not fetched.
class ReadmeIT {
  private static final Pattern LINK = Pattern.compile("http://\\S+/sign-in\\S+");
  private static final String COMING_FROM = "If you come from cron, Jenkins, GNU parallel or at";

  @TempDir private static Path home;
  private static Shell service;
  private static int port;

  @BeforeAll
  static void start() throws IOException {
    assumeTrue(Files.exists(Path.of(".git")), "the walk begins with a clone");
    // As homes are, where root's PostgreSQL has a user of its own.
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    var commands =
        Readme.blocks("Start", "sh")
            .getFirst()
            .replace("<this repository>", Path.of("").toAbsolutePath().toString())
            .replace("\nmvn", "\nmkdir -p .mvn && echo --offline >>.mvn/maven.config\nmvn");
    service = Shell.type(commands, home, newcomer());
    service.awaitText(LINK);
  }

  @AfterAll
  static void stop() {
    if (service != null) {
      service.close();
    }
  }

  @Test
  void the_start_ends_with_a_script_watched_in_the_browser() {
    try (var browser = Browser.open();
        var person = browser.person(URI.create(address()), 1280, ColorScheme.LIGHT)) {
      var answer = type(Readme.blocks("Start", "sh").get(1));
      assertThat(answer).contains("\"name\":\"hello\"");
      var tab = new Tab(person);
      tab.page().navigate(service.awaitText(LINK));
      tab.page().click("text=hello");
      tab.awaitRow("line 1").awaitRow("line 3").awaitState("succeeded");
      assertThat(tab.faults()).isEmpty();
    }
  }

  @Test
  void what_people_come_from_is_told_in_commands_that_work(@TempDir Path folder)
      throws IOException {
    Files.writeString(folder.resolve("build.sh"), "echo built $1");
    Files.writeString(folder.resolve("one.log"), "1");
    Files.writeString(folder.resolve("two.log"), "2");
    var said = type("cd '" + folder + "'\n" + String.join("", Readme.blocks(COMING_FROM, "sh")));
    assertThat(said).contains("built main").contains("\"status\":\"queued\"");
    assertThat(folder.resolve("one.log.gz")).exists();
    assertThat(folder.resolve("two.log.gz")).exists();
    for (var line : Readme.blocks(COMING_FROM, "crontab")) {
      assertThat(type(line.replaceFirst("^(\\S+ ){5}", ""))).isEmpty();
    }
  }

  private static String type(String commands) {
    try (var shell =
        Shell.type(commands.replace("http://127.0.0.1:8080", address()), home, newcomer())) {
      return shell.awaitDone();
    }
  }

  private static String address() {
    return "http://127.0.0.1:" + port;
  }

  /// The data directory is where it is for everybody but root; the clone is of whoever's folder.
  private static Map<String, String> newcomer() {
    var environment = new HashMap<String, String>();
    environment.put("HOME", home.toString());
    environment.put("MILLRACE_DATA_DIR", home.resolve(".local/share/millrace").toString());
    environment.put("MILLRACE_PORT", Integer.toString(port));
    environment.put("MILLRACE_LOG_LEVEL", "info");
    environment.put("GIT_CONFIG_COUNT", "1");
    environment.put("GIT_CONFIG_KEY_0", "safe.directory");
    environment.put("GIT_CONFIG_VALUE_0", "*");
    return environment;
  }
}
