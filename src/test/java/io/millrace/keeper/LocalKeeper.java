package io.millrace.keeper;

import io.millrace.keeper.os.Capabilities;
import io.millrace.keeper.os.Processes;
import io.millrace.keeper.os.Self;
import io.millrace.keeper.os.Spawner;
import io.millrace.spool.MemoryBudget;
import io.millrace.spool.SpoolRoots;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A keeper on a thread of the test's own process, with a clock that the test holds.
final class LocalKeeper implements AutoCloseable {
  private static final Duration TURN = Duration.ofMillis(20);

  private final Path folder;
  private final InstantSource clock;
  private final CompletableFuture<Loop> up = new CompletableFuture<>();
  private final CompletableFuture<Void> down = new CompletableFuture<>();

  /// Written by the test, read by the keeper's thread.
  private volatile boolean stopped;

  LocalKeeper(Path folder, InstantSource clock) throws Exception {
    this.folder = folder;
    this.clock = clock;
    Thread.ofPlatform().name("local-keeper").start(this::serve);
    up.get(60, TimeUnit.SECONDS);
  }

  Loop loop() {
    return up.join();
  }

  private void serve() {
    var dataDir = folder.resolve("data");
    var runDir = folder.resolve("run");
    try (var door = Door.open(runDir, dataDir)) {
      Self.adoptOrphans();
      var loop = new Loop();
      var mainPids = new MainPids();
      try (var processes = new Processes(mainPids)) {
        var host =
            new Host(
                loop,
                new Spawner(1024, 0),
                processes,
                Capabilities.withoutCgroups("a test wants none"),
                new SpoolRoots(runDir, dataDir.resolve("runs")),
                new MemoryBudget(1 << 20),
                Identity.own(),
                Arena.ofAuto().allocate(OutputPipe.BUSY_BYTES, 4096),
                mainPids,
                clock);
        var lost = Leftovers.clear(host);
        var keeper = new Keeper(host, HostAbilities.of(host.capabilities()), lost);
        door.let(loop, processes, keeper);
        up.complete(loop);
        while (!stopped) {
          loop.turn(TURN);
          keeper.turn();
        }
      }
      down.complete(null);
    } catch (Exception | Error failure) {
      up.completeExceptionally(failure);
      down.completeExceptionally(failure);
    }
  }

  @Override
  public void close() throws Exception {
    stopped = true;
    down.get(60, TimeUnit.SECONDS);
  }
}
