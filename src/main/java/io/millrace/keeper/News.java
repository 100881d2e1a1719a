package io.millrace.keeper;

import io.millrace.run.OutputCounts;
import io.millrace.run.RunId;
import io.millrace.spool.ExitRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What the keeper tells the server.
public sealed interface News {

  /// The answer to [Command.Hello], before anything else.
  ///
  /// @param version of the protocol that both will speak
  /// @param bootId of the kernel, `/proc/sys/kernel/random/boot_id`
  /// @param pid of the keeper
  /// @param startTicks of the keeper, field 22 of proc_pid_stat(5): with boot id and pid it names
  ///   one process for ever
  /// @param abilities what this host allows
  record Welcome(int version, String bootId, long pid, long startTicks, Abilities abilities)
      implements News {}

  /// The attempt's main process is there. Told again after a reconnect.
  record Started(RunId run, int attempt, Instant at, long pid) implements News {}

  /// The attempt has written that much by itself. At once for the first byte, then at most every 10
  /// ms, the last one always.
  record Advanced(RunId run, int attempt, OutputCounts counts) implements News {}

  /// A stop is noted.
  ///
  /// @param inTime whether it decides the outcome: false when the main process had ended before, or
  ///   is not known
  record Stopping(RunId run, int attempt, boolean inTime) implements News {}

  /// The attempt is over and written down. Told again after a reconnect until it is forgotten.
  record Exited(ExitRecord record) implements News {}

  /// All of an input is on its way.
  record InputTaken(long request) implements News {}

  /// Nothing of an input was taken.
  record InputRefused(long request, InputRefusal why) implements News {}

  /// What an attempt's tree uses; empty when it does not run.
  record Sampled(long request, Optional<Sample> sample) implements News {}

  /// The attempts that the keeper knows, running or not forgotten.
  record Known(long request, List<AttemptName> attempts) implements News {
    public Known {
      attempts = List.copyOf(attempts);
    }
  }
}
