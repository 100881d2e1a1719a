package io.millrace.testing;

import com.sun.security.auth.module.UnixSystem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// A real `millrace serve` in a process of its own, with data and run directories of its own.
///
/// Close it, and service, keeper and directories are gone.
public final class MillraceProcess implements AutoCloseable {
  private static final Pattern ADDRESS = Pattern.compile("(http://[^/ ]+:\\d+)/");
  private static final Duration START_WITHIN = Duration.ofSeconds(120);

  /// In the environment of every service: what no script may ever see.
  public static final String SECRET = "sesame-" + System.nanoTime();

  private static final String SECRET_NAME = "MILLRACE_TESTS_SECRET";
  private static final Path MEMORY = Path.of("/dev/shm");

  private final Path home;
  private final Path run;
  private final String classPath;
  private final List<String> options;
  private final List<String> prefix;
  private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
  private Path javaHome = Path.of(System.getProperty("java.home"));
  private List<String> jvm = List.of();
  private Process process;
  private URI address;
  private int port;

  private MillraceProcess(
      Path home, Path run, String classPath, List<String> options, List<String> prefix) {
    this.prefix = List.copyOf(prefix);
    this.home = home;
    this.run = run;
    this.classPath = classPath;
    this.options = List.copyOf(options);
  }

  /// Starts a service on a free port of the loopback address.
  ///
  /// @param options further options of `serve`, such as `--max-running=1`
  public static MillraceProcess start(String... options) {
    return startFrom(System.getProperty("java.class.path"), options);
  }

  /// Starts a service from other classes than those of this JVM.
  public static MillraceProcess startFrom(String classPath, String... options) {
    return start(Path.of(System.getProperty("java.home")), classPath, options);
  }

  /// Starts a service, and by it its keepers, on another Java than that of this JVM.
  public static MillraceProcess startWith(Path javaHome, String... options) {
    return start(javaHome, System.getProperty("java.class.path"), options);
  }

  private static MillraceProcess start(Path javaHome, String classPath, String... options) {
    try {
      var home = temporary(Path.of(System.getProperty("java.io.tmpdir")));
      var run = temporary(Files.isWritable(MEMORY) ? MEMORY : home);
      var service = new MillraceProcess(home, run, classPath, List.of(options), List.of());
      service.javaHome = javaHome;
      service.launch();
      return service;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Starts a service on a run directory that is there already.
  public static MillraceProcess startOn(Path run, String... options) {
    try {
      var home = temporary(Path.of(System.getProperty("java.io.tmpdir")));
      var classPath = System.getProperty("java.class.path");
      var service = new MillraceProcess(home, run, classPath, List.of(options), List.of());
      service.launch();
      return service;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Starts the packaged service as an ordinary user.
  ///
  /// @param uid who must be the one that runs the tests, unless that is root
  public static MillraceProcess startAs(int uid, String... options) {
    return startBehind(List.of(), uid, options);
  }

  /// As [#startAs], by another program in front, such as one that sets a limit.
  public static MillraceProcess startBehind(List<String> prefix, int uid, String... options) {
    try {
      var home = temporary(Path.of(System.getProperty("java.io.tmpdir")));
      var run = temporary(Files.isWritable(MEMORY) ? MEMORY : home);
      var jar = Files.copy(Path.of("target", "millrace.jar"), home.resolve("millrace.jar"));
      for (var path : List.of(home, run, jar)) {
        Files.setAttribute(path, "unix:uid", uid);
      }
      var before = new ArrayList<>(prefix);
      if (uid != new UnixSystem().getUid()) {
        before.addAll(List.of("setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups"));
      }
      var service = new MillraceProcess(home, run, jar.toString(), List.of(options), before);
      service.launch();
      return service;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Starts a keeper by itself, then a service that waits for one, as units of systemd do.
  ///
  /// @param notify unix socket at which the keeper tells that it is ready
  public static MillraceProcess startBesideKeeper(Path notify) {
    try {
      var home = temporary(Path.of(System.getProperty("java.io.tmpdir")));
      var run = temporary(Files.isWritable(MEMORY) ? MEMORY : home);
      var service =
          new MillraceProcess(
              home,
              run,
              System.getProperty("java.class.path"),
              List.of("--keeper=wait", "--on-stop=detach"),
              List.of());
      var keeper = new ProcessBuilder(service.command("keeper")).inheritIO();
      keeper.environment().put("NOTIFY_SOCKET", notify.toString());
      keeper.start();
      service.launch();
      return service;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Starts a keeper beside the service, as its unit of systemd does.
  public void startKeeper() {
    try {
      new ProcessBuilder(command("keeper")).inheritIO().start();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// A client with the first token.
  public Api api() {
    return new Api(address, token());
  }

  public URI address() {
    return address;
  }

  public String token() {
    try {
      return Files.readString(dataDir().resolve("token")).strip();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  public Path dataDir() {
    return home.resolve("data");
  }

  public Path runDir() {
    return run;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /// All it has logged so far.
  public String log() {
    return String.join("\n", log);
  }

  /// The keeper of this service, found by its command line as the contract promises.
  public ProcessHandle keeper() {
    return findKeeper().orElseThrow();
  }

  /// The same; empty while there is none.
  public Optional<ProcessHandle> findKeeper() {
    return ProcessHandle.allProcesses().filter(this::isKeeper).findFirst();
  }

  /// SIGKILL to the keeper, and waits for its end.
  public void killKeeper() {
    var keeper = keeper();
    keeper.destroyForcibly();
    keeper.onExit().join();
  }

  /// Not its children: between fork and exec they look just like it.
  private boolean isKeeper(ProcessHandle candidate) {
    return looksLikeKeeper(candidate)
        && candidate.parent().map(parent -> !looksLikeKeeper(parent)).orElse(true);
  }

  private boolean looksLikeKeeper(ProcessHandle candidate) {
    try {
      var words =
          List.of(
              Files.readString(Path.of("/proc", Long.toString(candidate.pid()), "cmdline"))
                  .split("\0"));
      return words.contains("keeper") && words.contains(dataDir().toString());
    } catch (IOException gone) {
      return false;
    }
  }

  /// SIGTERM, and waits for its end.
  public void terminate() {
    process.destroy();
    awaitExit();
  }

  /// Ctrl-C, and waits for its end.
  public void interrupt() {
    signal("INT");
    awaitExit();
  }

  /// SIGKILL, and waits for its end.
  public void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  public void signal(String name) {
    signal(name, process.pid());
  }

  public void signalKeeper(String name) {
    signal(name, keeper().pid());
  }

  private static void signal(String name, long pid) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
    } catch (IOException | InterruptedException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /// Further options of its JVM, from the next start on.
  public void jvm(String... further) {
    jvm = List.of(further);
  }

  /// Starts the service again on the same directories, on another port.
  public void restart() {
    try {
      launch();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Starts the service again on the same directories and port, as whoever watches it expects.
  public void restartInPlace() {
    port = address.getPort();
    restart();
  }

  private void awaitExit() {
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new AssertionError("the service did not end:\n" + log());
      }
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private List<String> command(String name) {
    var command = new ArrayList<String>();
    // A shell starts what runs in the background with SIGINT ignored, and the JVM leaves it so.
    command.addAll(List.of("env", "--default-signal=INT"));
    command.addAll(prefix);
    command.add(javaHome.resolve("bin").resolve("java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx256m", "--enable-native-access=ALL-UNNAMED"));
    var further = System.getProperty("millrace.jvm", "");
    if (!further.isBlank()) {
      command.addAll(List.of(further.split(" ")));
    }
    command.addAll(jvm);
    command.addAll(List.of("-cp", classPath));
    command.addAll(List.of("io.millrace.cli.Main", name));
    command.addAll(List.of("--data-dir", dataDir().toString(), "--run-dir", runDir().toString()));
    return command;
  }

  private void launch() throws IOException {
    var command = command("serve");
    command.addAll(List.of("--port", Integer.toString(port)));
    command.addAll(options);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put(SECRET_NAME, SECRET);
    process = builder.start();
    var found = new CompletableFuture<URI>();
    var reader = new Thread(() -> read(process, found), "millrace-log");
    reader.setDaemon(true);
    reader.start();
    try {
      address = found.get(START_WITHIN.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception failure) {
      process.destroyForcibly();
      throw new IllegalStateException("the service did not start:\n" + log(), failure);
    }
  }

  private void read(Process from, CompletableFuture<URI> found) {
    try (var lines =
        new BufferedReader(new InputStreamReader(from.getInputStream(), StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        log.add(line);
        var match = ADDRESS.matcher(line);
        if (match.find()) {
          found.complete(URI.create(match.group(1)));
        }
      }
    } catch (IOException closed) {
      log.add("(log closed: " + closed + ")");
    }
    found.completeExceptionally(new IllegalStateException("it ended before it listened"));
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      signal("INT");
      awaitExit();
    }
    ProcessHandle.allProcesses().filter(this::isKeeper).forEach(ProcessHandle::destroyForcibly);
    deleteAll(run);
    deleteAll(home);
  }

  private static Path temporary(Path parent) throws IOException {
    return Files.createTempDirectory(
        parent,
        "millrace-test",
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
  }

  private static void deleteAll(Path folder) {
    try (var paths = Files.walk(folder)) {
      paths.sorted(java.util.Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
