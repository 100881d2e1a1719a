package io.millrace.runner;

import static io.millrace.runner.ClaimedAttempt.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.run.OutputCounts;
import io.millrace.spool.MemoryBudget;
import io.millrace.spool.SpoolRoots;
import io.millrace.spool.Stream;
import io.millrace.store.Database;
import io.millrace.store.DatabaseSettings;
import io.millrace.store.OutputStore;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunOutputTest {
  private static final int BYTES = 300;

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final LiveRuns live = new LiveRuns();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void one_who_goes_through_all_of_an_output_leaves_the_viewers_what_they_share() throws Exception {
    write();
    // All is in the spool: nobody connects to the database.
    var nowhere = new DatabaseSettings("127.0.0.1", 1, "none", "none", "none", 6);
    var output = new RunOutput(vertx, live, new OutputStore(Database.open(vertx, nowhere)));
    var ofViewers = output.read(RUN, 0, 10).await();
    var around = output.unshared();

    for (int offset = 0; offset < BYTES; offset++) {
      assertThat(around.read(RUN, offset, 1).await()).isNotSameAs(ofViewers);
    }

    assertThat(output.read(RUN, 0, 10).await()).isSameAs(ofViewers);
    assertThat(around.read(RUN, 0, 10).await()).isNotSameAs(ofViewers);
  }

  private void write() throws IOException {
    var roots = new SpoolRoots(folder.resolve("memory"), folder.resolve("disk"));
    roots.make();
    var attempt = ClaimedAttempt.in(roots);
    attempt.directory().create(new byte[0], Optional.empty());
    try (var writer = attempt.directory().openWriter(0, 1 << 20, new MemoryBudget(1 << 20))) {
      writer.append(Stream.STDOUT, ByteBuffer.allocateDirect(BYTES), 1);
    }
    live.put(attempt.wrote(new OutputCounts(BYTES, BYTES, 0, 0)));
  }
}
