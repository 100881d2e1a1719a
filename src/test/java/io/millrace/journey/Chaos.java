package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.MillraceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/// Everything that can die or freeze does so, in random order, one after the other, while clients
/// submit tasks whose end is known; afterwards an [Audit] compares all of it.
///
/// The disk for outputs fills up only where one may mount a small one, and the clock of service and
/// keeper jumps only where libfaketime is installed; the table says how often they did.
public final class Chaos implements AutoCloseable {
  /// Fewer than clients, so that some always wait.
  private static final int SLOTS = 20;

  private static final int DISK_MEGABYTES = 256;

  /// Keeps all jumps within the 24 hours for which an idempotency key is good.
  private static final Duration FARTHEST = Duration.ofHours(11);

  private final Path starts;
  private final Random random;
  private final OwnPostgres postgres;
  private final MillraceProcess service;
  private final Load load;
  private final Optional<SmallDisk> disk;
  private final Optional<SettableClock> clock;
  private final ArrayDeque<Fault> coming = new ArrayDeque<>();
  private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
  private final List<Instant> keeperDeaths = new ArrayList<>();

  private enum Fault {
    KILL_SERVER,
    KILL_KEEPER,
    KILL_BOTH,
    RESTART_SERVER,
    FREEZE_SERVER,
    STOP_POSTGRES,
    KILL_POSTGRES,
    FREEZE_POSTGRES,
    KILL_SERVER_WITHOUT_POSTGRES,
    FILL_DISK,
    SET_CLOCK
  }

  /// @param folder an empty one
  public Chaos(Path folder, long seed) throws IOException {
    this.starts = folder.resolve("starts");
    this.random = new Random(seed);
    this.postgres = OwnPostgres.start();
    this.clock = SettableClock.in(Files.createDirectory(folder.resolve("clock")));
    this.service =
        MillraceProcess.startWith(
            clock
                .map(SettableClock::javaHome)
                .orElseGet(() -> Path.of(System.getProperty("java.home"))),
            postgres.option(),
            "--max-running=" + SLOTS,
            "--on-stop=detach");
    this.load = new Load(service, starts);
    this.disk = SmallDisk.over(service.dataDir().resolve("runs"), DISK_MEGABYTES);
    load.keeperMayDie();
    disk.ifPresent(small -> load.diskMayBeFull());
  }

  /// Goes on for `length`, and until there are `runs`; then everything must add up.
  ///
  /// @param calm the longest time between the end of one fault and the next
  /// @return the table of what happened
  public String run(Duration length, int runs, int clients, Duration calm) throws Exception {
    long begun = System.nanoTime();
    load.begin(clients);
    while ((System.nanoTime() - begun < length.toNanos() || load.count() < runs)
        && !load.hasFailed()) {
      pause(200, (int) calm.toMillis());
      var fault = next();
      faults.merge(fault, 1, Integer::sum);
      strike(fault);
    }
    var done = load.finish();
    var audit = new Audit(service, done, starts, keeperDeaths);
    audit.check();
    assertThat(done).hasSizeGreaterThanOrEqualTo(runs);
    return table(Duration.ofNanos(System.nanoTime() - begun), audit);
  }

  /// In random order, and none a second time before every one that is possible has come.
  private Fault next() {
    if (coming.isEmpty()) {
      var all = new ArrayList<>(List.of(Fault.values()));
      if (disk.isEmpty()) {
        all.remove(Fault.FILL_DISK);
      }
      if (clock.isEmpty()) {
        all.remove(Fault.SET_CLOCK);
      }
      Collections.shuffle(all, random);
      coming.addAll(all);
    }
    return coming.remove();
  }

  private void strike(Fault fault) throws IOException {
    switch (fault) {
      case KILL_SERVER -> {
        service.kill();
        pause(0, 1000);
        service.restartInPlace();
      }
      case KILL_KEEPER -> killKeeper();
      case KILL_BOTH -> {
        service.kill();
        killKeeper();
        service.restartInPlace();
      }
      case RESTART_SERVER -> {
        service.terminate();
        service.restartInPlace();
      }
      case FREEZE_SERVER -> {
        service.signal("STOP");
        pause(500, 4000);
        service.signal("CONT");
      }
      case STOP_POSTGRES -> {
        postgres.stop();
        pause(500, 3000);
        postgres.startAgain();
      }
      case KILL_POSTGRES -> {
        postgres.kill();
        pause(0, 2000);
        postgres.startAgain();
      }
      case FREEZE_POSTGRES -> {
        postgres.freeze();
        pause(500, 8000);
        postgres.thaw();
      }
      case KILL_SERVER_WITHOUT_POSTGRES -> {
        postgres.kill();
        pause(0, 2000);
        service.kill();
        postgres.startAgain();
        service.restartInPlace();
      }
      case FILL_DISK -> {
        disk.orElseThrow().fill();
        pause(200, 2000);
        disk.orElseThrow().empty();
      }
      case SET_CLOCK -> {
        long farthest = FARTHEST.toSeconds();
        clock.orElseThrow().set(Duration.ofSeconds(random.nextLong(-farthest, farthest)));
      }
    }
  }

  /// There may be none in this moment.
  private void killKeeper() {
    service
        .findKeeper()
        .ifPresent(
            keeper -> {
              keeperDeaths.add(Instant.now());
              keeper.destroyForcibly();
            });
  }

  private void pause(int leastMillis, int mostMillis) {
    LockSupport.parkNanos(
        Duration.ofMillis(leastMillis + random.nextInt(mostMillis - leastMillis)).toNanos());
  }

  private String table(Duration took, Audit audit) {
    var text = new StringBuilder("chaos: %d s%n".formatted(took.toSeconds()));
    faults.forEach((fault, count) -> text.append("  %-30s %6d%n".formatted(fault, count)));
    text.append("  runs accepted, all accounted for %5d%n".formatted(load.count()));
    audit
        .outcomes()
        .forEach((status, count) -> text.append("    %-28s %6d%n".formatted(status, count)));
    return text.toString();
  }

  @Override
  public void close() throws IOException {
    service.close();
    if (disk.isPresent()) {
      disk.get().close();
    }
    if (clock.isPresent()) {
      clock.get().close();
    }
    postgres.close();
  }
}
