package io.millrace.keeper;

import io.millrace.keeper.os.Programs;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Finds this node's keeper, or starts one that outlives the server: from a jar of its own, in a
/// session of its own, without the server's environment.
///
/// One server's life knows one jar: a build that replaces our classes meanwhile does not change the
/// keeper it starts.
public final class KeeperLauncher {
  private static final long LOOK_MILLIS = 5;
  private static final int LOG_TAIL = 2000;

  /// Small, and closed to those who would attach: scripts of the same user may run beside it.
  private static final List<String> JVM =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xms8m",
          "-Xmx96m",
          "-Xss512k",
          "-XX:ReservedCodeCacheSize=24m",
          "-XX:-UsePerfData",
          "-XX:+DisableAttachMechanism",
          "--enable-native-access=ALL-UNNAMED");

  private final Path dataDir;
  private final Path runDir;
  private final long epoch;
  private final long openFiles;

  /// Where the jar is, once it is made.
  private final AtomicReference<@Nullable Path> made = new AtomicReference<>();

  /// @param epoch of the server's life
  /// @param openFiles the soft limit of open files that scripts get: what the service was started
  ///   with
  public KeeperLauncher(Path dataDir, Path runDir, long epoch, long openFiles) {
    this.dataDir = dataDir;
    this.runDir = runDir;
    this.epoch = epoch;
    this.openFiles = openFiles;
  }

  /// Makes the keeper's jar from the classes as they are now, unless that is done; blocks.
  public Path jar() throws IOException {
    var known = made.get();
    if (known == null || !Files.exists(known)) {
      known = KeeperJar.in(dataDir.resolve("keeper"));
      made.set(known);
    }
    return known;
  }

  /// Blocks until there is a connection to a keeper that somebody else starts.
  ///
  /// @param stopped whether nobody wants one any more; another thread may change the answer
  /// @throws IOException when there is none for a while, or it is `stopped`
  public KeeperClient await(KeeperClient.Listener listener, BooleanSupplier stopped)
      throws IOException {
    var patience = Patience.withAnAnswer(System.nanoTime());
    while (true) {
      try {
        return KeeperClient.connect(Door.socket(runDir), epoch, listener);
      } catch (SocketException | NoSuchFileException notYet) {
        if (patience.isOver(System.nanoTime())) {
          throw new IOException(
              "no keeper answers in "
                  + runDir
                  + "; look at its unit (systemctl status millrace-keeper), or leave out"
                  + " --keeper=wait",
              notYet);
        }
      }
      pause(stopped);
    }
  }

  /// Blocks until there is a connection.
  ///
  /// @param stopped whether nobody wants one any more; another thread may change the answer
  /// @throws IOException when no keeper runs and none could be started; the message says what the
  ///   keeper said; or when it is `stopped`: a keeper that starts then goes on, and ends by itself
  public KeeperClient connect(KeeperClient.Listener listener, BooleanSupplier stopped)
      throws IOException {
    try {
      return KeeperClient.connect(Door.socket(runDir), epoch, listener);
    } catch (IOException nobody) {
      return start(listener, stopped);
    }
  }

  private KeeperClient start(KeeperClient.Listener listener, BooleanSupplier stopped)
      throws IOException {
    var folder = dataDir.resolve("keeper");
    Files.createDirectories(folder);
    var log = folder.resolve("keeper.log");
    long before = Files.exists(log) ? Files.size(log) : 0;
    var process = launch(jar(), log);
    var patience = Patience.withAStart(System.nanoTime());
    while (true) {
      try {
        return KeeperClient.connect(Door.socket(runDir), epoch, listener);
      } catch (SocketException | NoSuchFileException notYet) {
        if (hasFailed(process)) {
          throw new IOException(
              "the keeper did not start; its log ends with: " + said(log, before), notYet);
        }
        if (!process.isAlive()) {
          patience.hasEnded(System.nanoTime());
        }
        if (patience.isOver(System.nanoTime())) {
          process.destroy();
          throw new IOException(
              "the keeper was not ready after "
                  + patience.seconds()
                  + " s; its log ends with: "
                  + said(log, before),
              notYet);
        }
      }
      pause(stopped);
    }
  }

  /// What starts a keeper in the foreground; its jar is made.
  public static List<String> command(Path dataDir, Path runDir, long openFiles) throws IOException {
    return command(KeeperJar.in(dataDir.resolve("keeper")), dataDir, runDir, openFiles);
  }

  /// Where there is a keeper already, its socket was removed: it makes it anew within a second.
  private static boolean hasFailed(Process process) {
    return !process.isAlive() && process.exitValue() != Main.TAKEN;
  }

  private static List<String> command(Path jar, Path dataDir, Path runDir, long openFiles) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    command.addAll(List.of("-cp", jar.toString(), Main.class.getName(), "keeper"));
    command.addAll(List.of("--data-dir", dataDir.toString(), "--run-dir", runDir.toString()));
    command.addAll(List.of("--open-files", Long.toString(openFiles)));
    return command;
  }

  private Process launch(Path jar, Path log) throws IOException {
    var builder =
        new ProcessBuilder(command(jar, dataDir, runDir, openFiles))
            .directory(Path.of("/").toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("LANG", "C.UTF-8");
    environment.put("PATH", Programs.PATH);
    return builder.start();
  }

  /// The end of what was added to the log; what is above it was said by keepers of before.
  private static String said(Path log, long before) throws IOException {
    var all = Files.readAllBytes(log);
    int from = (int) Math.max(Math.min(before, all.length), all.length - LOG_TAIL);
    return new String(all, from, all.length - from, StandardCharsets.UTF_8).strip();
  }

  private static void pause(BooleanSupplier stopped) throws IOException {
    if (stopped.getAsBoolean()) {
      throw new InterruptedIOException("stopped while a keeper was waited for");
    }
    try {
      Thread.sleep(LOOK_MILLIS);
    } catch (InterruptedException hurry) {
      throw new InterruptedIOException("interrupted while a keeper was waited for");
    }
  }
}
