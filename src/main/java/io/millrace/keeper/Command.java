package io.millrace.keeper;

import io.millrace.run.Limits;
import io.millrace.run.RunId;
import io.millrace.run.Terminal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What the server tells its keeper. Repeating one changes nothing; `request` numbers come back in
/// the answer.
public sealed interface Command {

  /// The first one of a connection. Another connection with a higher epoch supersedes this one.
  ///
  /// @param version the newest the server speaks, see [Wire#VERSION]
  /// @param serverId for logs
  /// @param epoch of the node, raised at each start of a server
  record Hello(int version, String serverId, long epoch) implements Command {}

  /// Starts one attempt of a run, once. Its directory with the script is there already.
  ///
  /// @param command program and arguments
  /// @param environment all of it, as `NAME=value`
  /// @param user login name; empty is the keeper's own
  /// @param terminal given, all three streams are a pseudo-terminal
  /// @param mergeStderr one pipe for both outputs
  /// @param timeout zero is none
  /// @param grace between SIGTERM and SIGKILL
  /// @param firstOffset where its output begins in the run's output
  record Start(
      RunId run,
      int attempt,
      List<String> command,
      List<String> environment,
      String workdir,
      Optional<String> user,
      StdinMode stdin,
      Optional<Terminal> terminal,
      boolean mergeStderr,
      Duration timeout,
      Duration grace,
      Limits limits,
      OptionalInt nice,
      int umask,
      boolean isolate,
      long firstOffset)
      implements Command {
    public Start {
      command = List.copyOf(command);
      environment = List.copyOf(environment);
      if (attempt < 1 || command.isEmpty() || timeout.isNegative() || grace.isNegative()) {
        throw new IllegalArgumentException(
            "a start needs attempt >= 1, a command, timeout and grace >= 0, got %d, %s, %s, %s"
                .formatted(attempt, command, timeout, grace));
      }
    }

    /// Without the values of the environment, which may be secrets.
    @Override
    public String toString() {
      return "Start[run=%s, attempt=%d, command=%s]".formatted(run, attempt, command);
    }
  }

  /// Ends the attempt's whole process tree; the answer is [News.Stopping].
  ///
  /// @param by why, in words for people
  /// @param grace between SIGTERM and SIGKILL; empty is that of the start. It can only shorten what
  ///   was said before
  record Stop(RunId run, int attempt, String by, Optional<Duration> grace) implements Command {}

  /// Writes all of `bytes` to the run's stdin or nothing, then closes it if `eof`.
  @SuppressWarnings("ArrayRecordComponent") // made by one, read by one, never compared
  record Input(long request, RunId run, byte[] bytes, boolean eof) implements Command {}

  record Resize(RunId run, Terminal terminal) implements Command {}

  /// Asks what the running tree uses now.
  record Sample(long request, RunId run) implements Command {}

  /// The attempt's result is stored and its directory has gone: the keeper need not tell of it any
  /// more.
  record Forget(RunId run, int attempt) implements Command {}

  /// Asks which attempts live.
  record ListLive(long request) implements Command {}

  /// Ends the keeper when it has no run left.
  ///
  /// @param killAll stops all runs first, each with its own grace
  record End(boolean killAll) implements Command {}

  /// What a run reads from.
  enum StdinMode {
    /// `/dev/null`.
    NONE,
    /// A pipe that [Input] feeds.
    PIPE,
    /// The input in its directory.
    FILE
  }
}
