package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.TestDatabase;
import java.sql.DriverManager;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What the database tells those who watch the service.
class VitalSignsTest {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private StoreFixture store;
  private VitalSigns signs;

  @BeforeEach
  void open() {
    store = new StoreFixture(DATABASE.settings());
    signs = new VitalSigns(store.database);
    store.clear();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void the_oldest_ready_run_tells_since_when_it_waits() {
    assertThat(signs.read().await().oldestReady()).isEmpty();
    var first = store.run("echo first");
    store
        .runs
        .insert(List.of(first, store.run("echo second")), store.me, 0, StoreFixture.NO_LIMIT)
        .await();
    var vitals = signs.read().await();
    assertThat(vitals.queue()).isEqualTo(new QueueCounts(0, 0, 2, 0));
    assertThat(vitals.oldestReady()).contains(first.id().createdAt());
    store.runs.claim(store.me, 2).await();
    assertThat(signs.read().await().queue()).isEqualTo(new QueueCounts(0, 0, 0, 2));
    assertThat(signs.read().await().oldestReady()).isEmpty();
  }

  @Test
  void a_snapshot_that_is_held_gets_older_with_each_transaction() throws Exception {
    var place = DATABASE.settings();
    try (var holder = DriverManager.getConnection(place.jdbcUrl(), place.user(), place.password());
        var statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute("set transaction isolation level repeatable read");
      statement.execute("select count(*) from run");
      for (int i = 0; i < 50; i++) {
        store.nodes.heartbeat(store.me).await();
      }
      assertThat(signs.read().await().oldestSnapshot()).isGreaterThanOrEqualTo(50);
      holder.rollback();
    }
    assertThat(signs.read().await().oldestSnapshot()).isLessThan(50);
  }
}
