package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.MillraceProcess;
import io.millrace.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// A service whose PostgreSQL is not its own.
class GivenDatabaseIT {
  @RegisterExtension static final TestDatabase DATABASE = new TestDatabase();

  @Test
  void a_service_on_a_new_disk_finds_the_history_in_the_database_it_is_given(@TempDir Path folder)
      throws IOException {
    var given = DATABASE.settings();
    var password = Files.writeString(folder.resolve("password"), given.password() + "\n");
    String[] options = {
      "--database-url=postgresql://%s@%s:%d/%s"
          .formatted(given.user(), given.host(), given.port(), given.database()),
      "--database-password-file=" + password
    };
    String id;
    try (var service = MillraceProcess.start(options)) {
      id = service.api().submit("echo kept");
      service.api().awaitEnd(id);
      assertThat(service.dataDir().resolve("postgres")).doesNotExist();
    }
    try (var service = MillraceProcess.start(options)) {
      assertThat(service.api().find(id).getString("status")).isEqualTo("succeeded");
      assertThat(service.api().output(id)).asString().isEqualTo("kept\n");
    }
  }
}
