package io.millrace.spool;

import io.millrace.run.Outcome;
import io.millrace.run.OutputCounts;
import io.millrace.run.ProcessEnd;
import io.millrace.run.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Exit records for tests.
final class ExitRecords {
  private ExitRecords() {}

  static ExitRecord of(RunDirectory directory, OutputCounts counts) {
    return of(directory, counts, new Outcome.Ended(new ProcessEnd.Exited(0)));
  }

  static ExitRecord of(RunDirectory directory, OutputCounts counts, Outcome outcome) {
    return new ExitRecord(
        directory.run(),
        directory.attempt(),
        "4f1c9e62-0d1b-4b43-9f0e-5f8d2f7c1a11",
        Optional.of(Instant.ofEpochMilli(Spools.MILLIS)),
        Instant.ofEpochMilli(Spools.MILLIS + 226),
        outcome,
        new Usage(Duration.ofNanos(12_345_678), 3_481_600),
        counts,
        0,
        Optional.empty());
  }

  static List<Outcome> outcomes() {
    var killed = new ProcessEnd.Signalled(9);
    return List.of(
        new Outcome.Ended(new ProcessEnd.Exited(3)),
        new Outcome.Ended(killed),
        new Outcome.OutOfMemory(killed, 512 << 20),
        new Outcome.TimedOut(Duration.ofMillis(1500), new ProcessEnd.Exited(143)),
        new Outcome.Cancelled("api: “stop”", Optional.of(killed)),
        new Outcome.Cancelled("", Optional.empty()),
        new Outcome.NotStarted("there is no user 'bäcker'"),
        new Outcome.Lost("the machine was started again"));
  }
}
