package io.millrace.keeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.RunId;
import io.millrace.spool.RunDirectory;
import io.millrace.spool.Slice;
import io.millrace.spool.SpoolRoots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/// A keeper's folders, the connections to the keeper that serves them, and scripts for it.
///
/// Closing it ends the keeper with all that it runs.
final class TestKeeper implements AutoCloseable {
  private static final RunId.Generator IDS = new RunId.Generator(InstantSource.system());
  private static final long OPEN_FILES = 1024;

  private final Path dataDir;
  private final Path runDir;
  private final SpoolRoots roots;
  private long epoch;
  private OptionalLong pid = OptionalLong.empty();

  TestKeeper(Path folder) throws IOException {
    dataDir = folder.resolve("data");
    runDir = folder.resolve("run");
    roots = new SpoolRoots(runDir, dataDir.resolve("runs"));
    roots.make();
  }

  Path dataDir() {
    return dataDir;
  }

  Path runDir() {
    return runDir;
  }

  Path socket() {
    return Door.socket(runDir);
  }

  long pid() {
    return pid.orElseThrow();
  }

  /// A server of a later life than all before; starts a keeper when there is none.
  Server connect() throws Exception {
    return connect(epoch + 1);
  }

  Server connect(long epochOfServer) throws Exception {
    var server = knock(epochOfServer);
    epoch = Math.max(epoch, epochOfServer);
    pid = OptionalLong.of(server.heard().await(News.Welcome.class, welcome -> true).pid());
    return server;
  }

  /// Starts a keeper by another program in front, such as one that sets a limit.
  void startBehind(String... prefix) throws Exception {
    var command = new ArrayList<>(List.of(prefix));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp"));
    command.add(KeeperJar.in(dataDir.resolve("keeper")).toString());
    command.addAll(List.of(Main.class.getName(), "keeper", "--data-dir", dataDir.toString()));
    command.addAll(List.of("--run-dir", runDir.toString()));
    new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(dataDir.resolve("keeper/keeper.log").toFile())
        .start();
    Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> Files.exists(socket()));
  }

  /// Connects without waiting for a word.
  Server knock(long epochOfServer) throws IOException {
    var heard = new Heard();
    return new Server(
        new KeeperLauncher(dataDir, runDir, epochOfServer, OPEN_FILES).connect(heard, () -> false),
        heard);
  }

  /// A script that waits to be started.
  Script script(String text) throws IOException {
    return script(text, Optional.empty());
  }

  Script script(String text, Optional<byte[]> stdin) throws IOException {
    var directory = RunDirectory.of(roots, IDS.next(), 1);
    directory.create(text.getBytes(UTF_8), stdin);
    return new Script(directory);
  }

  /// All that an attempt has written so far, as it is in the spool.
  String output(Script script) throws IOException {
    var text = new StringBuilder();
    try (var reader = script.directory().openReader(0)) {
      long at = 0;
      while (reader.read(at, 1 << 20) instanceof Slice.Data data) {
        text.append(new String(data.bytes(), UTF_8));
        at = data.next();
      }
    }
    return text.toString();
  }

  /// As `kill -9` does, without a goodbye.
  void kill() throws Exception {
    var process = ProcessHandle.of(pid()).orElseThrow();
    process.destroyForcibly();
    awaitEnd(process);
    pid = OptionalLong.empty();
  }

  /// Waits until the keeper is gone by itself.
  void awaitEnd() throws Exception {
    var process = ProcessHandle.of(pid());
    if (process.isPresent()) {
      awaitEnd(process.get());
    }
    pid = OptionalLong.empty();
  }

  @Override
  public void close() throws Exception {
    if (pid.isEmpty()) {
      return;
    }
    try (var last = connect()) {
      last.send(new Command.End());
    }
    awaitEnd();
  }

  private static void awaitEnd(ProcessHandle process) throws Exception {
    process.onExit().get(60, TimeUnit.SECONDS);
    assertThat(process.isAlive()).isFalse();
  }
}
