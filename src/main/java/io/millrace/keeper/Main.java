package io.millrace.keeper;

import io.millrace.keeper.os.Capabilities;
import io.millrace.keeper.os.Cgroups;
import io.millrace.keeper.os.Natives;
import io.millrace.keeper.os.Processes;
import io.millrace.keeper.os.Rlimit;
import io.millrace.keeper.os.Self;
import io.millrace.keeper.os.ServiceManager;
import io.millrace.keeper.os.Spawner;
import io.millrace.keeper.os.SystemCallFailed;
import io.millrace.spool.MemoryBudget;
import io.millrace.spool.SpoolRoots;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/// Where the keeper's process begins: `keeper --data-dir DIR --run-dir DIR [--open-files N]
/// [--idle-seconds N]`.
///
/// It ends by itself when it has had no server and no run for a minute, or for `--idle-seconds`.
public final class Main {
  private static final Duration TURN = Duration.ofSeconds(1);
  private static final String IDLE_SECONDS = "60";
  private static final long MEMORY_BYTES = 256L << 20;
  private static final int OOM_SCORE = 500;
  private static final int UMASK = 022;

  /// The exit code when another keeper serves the data directory.
  static final int TAKEN = 3;

  private Main() {}

  public static void main(String[] args) throws Exception {
    int code;
    try {
      code = run(args);
    } catch (IllegalArgumentException refused) {
      KeeperLog.warn(String.valueOf(refused.getMessage()));
      code = 2;
    }
    System.exit(code);
  }

  /// Runs a keeper on the calling thread until it ends; the answer is the process's exit code.
  public static int run(String... args) throws IOException {
    var options = options(args);
    var refusal = Natives.unavailable();
    if (refusal.isPresent()) {
      KeeperLog.warn(refusal.get());
      return 1;
    }
    var dataDir = Path.of(options.get("--data-dir"));
    var runDir = Path.of(options.get("--run-dir"));
    try (var door = Door.open(runDir, dataDir)) {
      var idleAtMost =
          Duration.ofSeconds(Long.parseLong(options.getOrDefault("--idle-seconds", IDLE_SECONDS)));
      serve(dataDir, runDir, door, openFiles(options), idleAtMost);
      return 0;
    } catch (Door.Taken taken) {
      KeeperLog.warn(String.valueOf(taken.getMessage()));
      return TAKEN;
    }
  }

  private static void serve(
      Path dataDir, Path runDir, Door door, long openFiles, Duration idleAtMost)
      throws IOException {
    Self.leaveSession();
    Self.umask(UMASK);
    Self.adoptOrphans();
    Rlimit.raiseOpenFiles();
    var capabilities = Capabilities.detect(door.cgroupName());
    var identity = Identity.own();
    Self.hide();
    var loop = new Loop();
    var spawner = new Spawner(openFiles, OOM_SCORE);
    var keeperOfPids = new MainPids();
    try (var processes = new Processes(keeperOfPids)) {
      var host =
          new Host(
              loop,
              spawner,
              processes,
              capabilities,
              new SpoolRoots(runDir, dataDir.resolve("runs")),
              new MemoryBudget(MEMORY_BYTES),
              identity,
              Arena.ofAuto().allocate(OutputPipe.BUSY_BYTES, 4096),
              keeperOfPids,
              InstantSource.system());
      var lost = Leftovers.clear(host);
      var keeper = new Keeper(host, HostAbilities.of(capabilities), lost);
      door.let(loop, processes, keeper);
      keeper.sweep();
      ServiceManager.tell(ServiceManager.READY);
      KeeperLog.info(
          "pid "
              + identity.pid()
              + " serves "
              + dataDir
              + "; "
              + String.join("; ", capabilities.sentences()));
      turnUntilIdle(loop, keeper, idleAtMost);
      capabilities.cgroups().ifPresent(Cgroups::close);
    }
  }

  private static void turnUntilIdle(Loop loop, Keeper keeper, Duration idleAtMost)
      throws SystemCallFailed {
    while (!keeper.mayEnd()
        && keeper.idle().filter(idle -> idle.compareTo(idleAtMost) > 0).isEmpty()) {
      loop.turn(TURN);
      keeper.turn();
    }
    KeeperLog.info("nothing to do and nobody to tell: ends");
  }

  private static long openFiles(Map<String, String> options) throws SystemCallFailed {
    var given = options.get("--open-files");
    return given == null ? Rlimit.of(0, Rlimit.OPEN_FILES).soft() : Long.parseLong(given);
  }

  private static Map<String, String> options(String[] args) {
    var options = new HashMap<String, String>();
    for (int i = args.length > 0 && args[0].equals("keeper") ? 1 : 0; i + 1 < args.length; i += 2) {
      options.put(args[i], args[i + 1]);
    }
    if (!options.containsKey("--data-dir") || !options.containsKey("--run-dir")) {
      throw new IllegalArgumentException(
          "usage: keeper --data-dir DIR --run-dir DIR [--open-files N] [--idle-seconds N]");
    }
    return options;
  }
}
