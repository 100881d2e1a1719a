package io.millrace.keeper;

import io.millrace.run.OutputCounts;
import io.millrace.run.RunId;
import io.millrace.spool.ExitRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What the keeper tells the server. Times are exact to the millisecond.
public sealed interface News {

  /// The answer to [Command.Hello].
  ///
  /// @param version in which both speak from here on
  /// @param bootId of the machine's present start
  /// @param capabilities of this host, in words
  record Welcome(int version, String bootId, long pid, List<String> capabilities) implements News {
    public Welcome {
      capabilities = List.copyOf(capabilities);
    }
  }

  /// The other answer to [Command.Hello], and the last word to a connection that is superseded. The
  /// keeper closes.
  record Refused(String reason) implements News {}

  record Started(RunId run, int attempt, Instant at, long pid) implements News {}

  /// There is more output; `counts` of this attempt alone.
  record Advanced(RunId run, int attempt, OutputCounts counts) implements News {}

  /// The answer to each [Command.Stop].
  ///
  /// @param at when it was first asked for
  /// @param tooLate the main process had ended by itself before: that outcome stands
  record Stopping(RunId run, int attempt, Instant at, boolean tooLate) implements News {}

  /// The attempt's tree is gone and its exit record written. Told again on each connection until
  /// [Command.Forget].
  record Exited(ExitRecord exit) implements News {}

  record InputTaken(long request) implements News {}

  record InputRefused(long request, Refusal reason) implements News {}

  /// The answer to [Command.Sample].
  ///
  /// @param sample empty if the run is not running
  record Sampled(long request, Optional<Sample> sample) implements News {}

  /// A part of the answer to [Command.ListLive].
  ///
  /// @param last no further part follows
  record Listed(long request, List<Live> live, boolean last) implements News {
    public Listed {
      live = List.copyOf(live);
    }
  }

  /// What a running tree uses at one moment.
  ///
  /// @param cpu of the whole tree since the start
  /// @param outputBytes of this attempt
  record Sample(Instant at, Duration cpu, long memoryBytes, int processes, long outputBytes) {}

  /// An attempt whose tree is not gone.
  ///
  /// @param counts of this attempt alone
  record Live(
      RunId run,
      int attempt,
      Optional<Instant> startedAt,
      OutputCounts counts,
      Optional<Instant> stopRequestedAt) {}

  /// Why input was not taken.
  enum Refusal {
    NOT_RUNNING,
    NO_STDIN,
    CLOSED,
    FULL
  }
}
