package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.MillraceProcess;
import io.millrace.testing.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// An end that the database does not take, for whatever reason of its own.
class UnstorableEndIT {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  private static final String REFUSE =
      """
      create function refuse() returns trigger language plpgsql as $$
      begin raise exception 'this page is damaged' using errcode = 'XX001'; end $$;
      create trigger refuse before update on run for each row when (new.exit_code = 77) execute function refuse()\
      """;

  @Test
  void holds_up_no_other_and_is_stored_once_the_database_takes_it(@TempDir Path folder)
      throws IOException {
    var given = DATABASE.settings();
    var password = Files.writeString(folder.resolve("password"), given.password() + "\n");
    try (var service =
        MillraceProcess.start(
            "--database-url=postgresql://%s@%s:%d/%s"
                .formatted(given.user(), given.host(), given.port(), given.database()),
            "--database-password-file=" + password)) {
      var api = service.api();
      sql(REFUSE);

      var unstorable = api.submit("echo kept; exit 77");
      await().until(() -> service.log().contains("not stored yet"));
      for (int i = 0; i < 20; i++) {
        var other = api.submit("true");
        await().until(() -> api.find(other).getString("status").equals("succeeded"));
      }
      assertThat(api.find(unstorable).getString("status")).isEqualTo("running");

      sql("drop trigger refuse on run");
      assertThat(api.awaitEnd(unstorable).getInteger("exitCode")).isEqualTo(77);
      assertThat(api.output(unstorable)).asString().isEqualTo("kept\n");
    }
  }

  private static void sql(String text) {
    var given = DATABASE.settings();
    var vertx = Vertx.vertx();
    try {
      var options =
          new PgConnectOptions()
              .setHost(given.host())
              .setPort(given.port())
              .setDatabase(given.database())
              .setUser(given.user())
              .setPassword(given.password());
      PgConnection.connect(vertx, options)
          .compose(
              connection ->
                  connection.query(text).execute().eventually(() -> connection.close()).mapEmpty())
          .await(20, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException late) {
      throw new AssertionError(late);
    } finally {
      vertx.close().await();
    }
  }
}
