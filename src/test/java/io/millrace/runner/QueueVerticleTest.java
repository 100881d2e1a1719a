package io.millrace.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.bus.Topics;
import io.millrace.run.RunId;
import io.millrace.store.Database;
import io.millrace.store.NodeStore;
import io.millrace.store.RunStore;
import io.millrace.testing.TestDatabase;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class QueueVerticleTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void nothing_is_claimed_before_it_is_known_what_an_earlier_life_had_claimed() {
    Topics.install(vertx);
    var database = Database.open(vertx, DATABASE.settings());
    var me = new NodeStore(database).register("here").await();
    var clock = InstantSource.system();
    var queue =
        new QueueVerticle(
            new RunStore(database),
            me,
            new Runners(List.of()),
            new RunId.Generator(clock),
            clock,
            4,
            100,
            Meters.NONE);
    vertx.deployVerticle(queue).await();
    queue.occupy(1).await();

    queue.freed(0, true);
    assertThat(taken(queue)).isEqualTo(1);

    // A claim has its slots while it is under way.
    queue.begin();
    assertThat(taken(queue)).isEqualTo(4);
    await().until(() -> taken(queue) == 1);
  }

  private static int taken(QueueVerticle queue) {
    return queue.slots().await().taken();
  }
}
