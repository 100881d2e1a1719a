package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.MillraceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;

/// Kills the server exactly at each step that a run takes from its acceptance to the removal of its
/// directory, under clients who go on.
public final class FaultPoints implements AutoCloseable {
  private static final Pattern PORT = Pattern.compile("dt_socket at address: (\\d+)");
  private static final Duration COMES_BY_WITHIN = Duration.ofSeconds(60);
  private static final int CLIENTS = 12;
  private static final int SLOTS = 8;

  /// In the order of a run's life: class, method, and the argument that is meant.
  public static final List<String> STEPS =
      List.of(
          // Nothing is stored.
          "store.InsertRuns insert",
          // The accept is committed, nobody was answered.
          "runner.Intake answer",
          "runner.QueueVerticle taken",
          // The claim is committed, nobody was told.
          "store.ClaimRuns claimed",
          "runner.RunnerVerticle take",
          // Around the directory and the order to start.
          "runner.Launches order",
          "runner.KeeperLink send Command$Start",
          "runner.RunnerVerticle started",
          "runner.RunnerVerticle advance",
          "runner.HeadFlusher send",
          "runner.HeadFlusher drop",
          // A cancel on its way.
          "runner.Stops request",
          "runner.KeeperLink send Command$Stop",
          "runner.RunnerVerticle stopping",
          // The keeper has told the end; nothing of it is stored.
          "runner.RunnerVerticle exited",
          "runner.Finisher take",
          "store.FinishRuns once",
          // The end is committed.
          "store.FinishRuns ids",
          "runner.Finisher settle",
          "runner.Finisher tell",
          "runner.Finisher clean",
          "spool.RunDirectory delete",
          "runner.KeeperLink send Command$Forget");

  private final MillraceProcess service;
  private final Path starts;
  private final Load load;
  private final Random random;

  /// @param starts a file that need not exist yet
  public FaultPoints(Path starts, long seed) {
    this.starts = starts;
    this.random = new Random(seed);
    this.service = MillraceProcess.start("--max-running=" + SLOTS);
    this.load = new Load(service, starts);
    service.jvm(Breakpoint.OPTIONS);
    service.kill();
    service.restartInPlace();
  }

  /// Kills the server once at `step`, and starts it again.
  public void crashAt(String step) throws InterruptedException {
    int nth = step.contains("HeadFlusher") ? 1 : 1 + random.nextInt(10);
    try (var point = Breakpoint.set(port(), Breakpoint.Where.of(step), nth)) {
      load.begin(CLIENTS);
      assertThat(point.awaitHit(COMES_BY_WITHIN)).as("%s was reached", step).isTrue();
      service.kill();
    }
    service.restartInPlace();
    load.finish();
  }

  /// Compares everything that was submitted so far with what it must be.
  ///
  /// @return how many that were
  public int check() throws IOException, InterruptedException {
    var done = load.finish();
    new Audit(service, done, starts, List.of()).check();
    return done.size();
  }

  /// The last start's.
  private int port() {
    var found = PORT.matcher(service.log());
    int port = 0;
    while (found.find()) {
      port = Integer.parseInt(found.group(1));
    }
    return port;
  }

  @Override
  public void close() {
    service.close();
  }
}
