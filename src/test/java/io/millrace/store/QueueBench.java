package io.millrace.store;

import static io.millrace.store.StoreFixture.exited;
import static io.millrace.store.StoreFixture.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.RunId;
import io.millrace.testing.TestDatabase;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What a run costs in the database: one batch in flight at a time, fsync on.
@Tag("bench")
class QueueBench {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static final int PARENT = 1;
  private static final int USER = 11;
  private static final int CHILDREN_USER = 13;

  private StoreFixture store;
  private int maxQueued = 100_000;

  @BeforeEach
  void open() {
    store = new StoreFixture(DATABASE.another());
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void rows_per_second_and_cpu_per_row() {
    System.out.printf("%-40s %6s %10s %12s%n", "", "batch", "runs/s", "PG ms/run");
    for (int warmUp = 0; warmUp < 200; warmUp++) {
      claimedAtOnce(8);
      throughTheQueue(8);
    }
    for (int batch : new int[] {1, 8, 64, 256, 512}) {
      int rounds = Math.clamp(20_000 / batch, 30, 2000);
      measure("insert claims, finish", batch, rounds, () -> claimedAtOnce(batch));
      measure("insert, claim, finish", batch, rounds, () -> throughTheQueue(batch));
    }
    phases(64);
  }

  /// What each step takes of it.
  private void phases(int batch) {
    int rounds = 200;
    measure("insert only", batch, rounds, () -> insert(batch, 0));
    var claimed = new ArrayList<RunId>();
    measure("claim only", batch, rounds, () -> claimed.addAll(store.claim(batch)));
    var parts = claimed.iterator();
    measure(
        "finish only",
        batch,
        rounds,
        () -> finish(java.util.stream.Stream.generate(parts::next).limit(batch).toList()));
  }

  @Test
  void claims_with_a_million_runs_for_later_ahead() {
    measure("claim and finish, nothing scheduled", 64, 200, () -> throughTheQueue(64));
    HistoryRows.schedule(store, 1_000_000);
    maxQueued = 2_000_000;
    measure("claim and finish, a million scheduled", 64, 200, () -> throughTheQueue(64));
    store.runs.promote(java.time.Instant.now()).await();
    measure(
        "promote with nothing due",
        1,
        200,
        () -> store.runs.promote(java.time.Instant.now()).await());
  }

  private void claimedAtOnce(int batch) {
    finish(insert(batch, batch));
  }

  private void throughTheQueue(int batch) {
    insert(batch, 0);
    var claimed = store.claim(batch);
    assertThat(claimed)
        .as("a refused insert would make everything after it look cheap")
        .hasSize(batch);
    finish(claimed);
  }

  private List<RunId> insert(int count, int freeSlots) {
    var given = new ArrayList<NewRun>();
    for (int i = 0; i < count; i++) {
      given.add(store.run("#!/bin/bash\nprintf x\n"));
    }
    assertThat(store.runs.insert(given, store.me, freeSlots, maxQueued).await())
        .hasOnlyElementsOfType(Accepted.Inserted.class);
    return given.stream().map(NewRun::id).toList();
  }

  private void finish(List<RunId> ids) {
    var ends =
        ids.stream()
            .map(id -> StoreFixture.end(id, 1, exited(0), Optional.empty(), row(0, "x")))
            .toList();
    assertThat(store.runs.finish(store.me, ends).await()).hasSize(ids.size());
  }

  private void measure(String what, int batch, int rounds, Runnable round) {
    long cpu = postgresCpuMillis();
    long begun = System.nanoTime();
    for (int i = 0; i < rounds; i++) {
      round.run();
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    long used = postgresCpuMillis() - cpu;
    int runs = rounds * batch;
    System.out.printf(
        "%-40s %6d %10.0f %12.4f%n", what, batch, runs / seconds, (double) used / runs);
  }

  /// CPU time of the server's processes, those that have ended too, in steps of 10 ms; 0 if it is
  /// not on this machine.
  private long postgresCpuMillis() {
    try {
      var backend = store.database.move("select pg_backend_pid()", Tuple.tuple()).await();
      var postmaster = stat(backend.iterator().next().getInteger(0))[PARENT];
      long ticks = ticks(stat(Long.parseLong(postmaster)), CHILDREN_USER);
      try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
        for (var process : processes) {
          var stat = stat(Long.parseLong(process.getFileName().toString()));
          ticks += stat.length > 0 && stat[PARENT].equals(postmaster) ? ticks(stat, USER) : 0;
        }
      }
      return ticks * 10;
    } catch (IOException | NumberFormatException notHere) {
      return 0;
    }
  }

  private static long ticks(String[] stat, int first) {
    return stat.length == 0 ? 0 : Long.parseLong(stat[first]) + Long.parseLong(stat[first + 1]);
  }

  /// The fields of proc(5) from the state on; empty when the process is gone.
  private static String[] stat(long pid) {
    try {
      var text = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return text.substring(text.lastIndexOf(')') + 2).split(" ");
    } catch (IOException gone) {
      return new String[0];
    }
  }
}
