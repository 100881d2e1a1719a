package io.millrace.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.MillraceProcess;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Neither the keeper nor the database can record that a run is to stop.
class UnrecordedCancelIT {
  /// Many times what the service promises, for a machine that is busy.
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @Test
  void a_cancel_that_nobody_can_record_is_answered_503_and_carried_out_later() throws IOException {
    try (var postgres = OwnPostgres.start();
        var service = MillraceProcess.start(postgres.option())) {
      var api = service.api();
      var run = api.submit("echo up; exec sleep 600");
      await().until(() -> api.find(run).getJsonObject("output").getLong("bytes") > 0);
      service.signalKeeper("STOP");
      try {
        postgres.stop();
        var answer =
            api.send(
                api.request("/api/v1/runs/" + run + "/cancel")
                    .timeout(PATIENCE)
                    .POST(BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        postgres.startAgain();
      } finally {
        service.signalKeeper("CONT");
      }
      assertThat(api.awaitEnd(run).getString("status")).isEqualTo("cancelled");
    }
  }
}
