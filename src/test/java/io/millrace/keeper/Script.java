package io.millrace.keeper;

import io.millrace.run.Limits;
import io.millrace.run.RunId;
import io.millrace.run.Terminal;
import io.millrace.spool.RunDirectory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// An attempt for tests, and the usual words about it.
record Script(RunDirectory directory) {
  private static final Duration GRACE = Duration.ofSeconds(20);

  RunId run() {
    return directory.run();
  }

  int attempt() {
    return directory.attempt();
  }

  AttemptName name() {
    return new AttemptName(run(), attempt());
  }

  Command.Start start() {
    return start(StdinMode.NONE, Optional.empty(), Duration.ZERO);
  }

  Command.Start start(StdinMode stdin) {
    return start(stdin, Optional.empty(), Duration.ZERO);
  }

  Command.Start start(Terminal size) {
    return start(StdinMode.NONE, Optional.of(size), Duration.ZERO);
  }

  Command.Start startFor(Duration timeout) {
    return start(StdinMode.NONE, Optional.empty(), timeout);
  }

  Command.Start startFor(Duration timeout, StdinMode stdin) {
    return start(stdin, Optional.empty(), timeout);
  }

  /// Another program in place of bash with the script.
  Command.Start startOther(String... command) {
    return start(List.of(command), StdinMode.NONE, Optional.empty(), Duration.ZERO);
  }

  Command.Stop stop(String by) {
    return new Command.Stop(run(), attempt(), by, GRACE);
  }

  Command.Forget forget() {
    return new Command.Forget(run(), attempt());
  }

  private Command.Start start(StdinMode stdin, Optional<Terminal> terminal, Duration timeout) {
    return start(List.of("/bin/bash", directory.scriptFile().toString()), stdin, terminal, timeout);
  }

  private Command.Start start(
      List<String> command, StdinMode stdin, Optional<Terminal> terminal, Duration timeout) {
    return new Command.Start(
        run(),
        attempt(),
        command,
        List.of("PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8"),
        "/",
        Optional.empty(),
        stdin,
        terminal,
        false,
        timeout,
        GRACE,
        Limits.NONE,
        OptionalInt.empty(),
        022,
        false,
        0);
  }
}
