package io.millrace.keeper;

import io.millrace.run.Limits;
import io.millrace.run.RunId;
import io.millrace.run.Terminal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What a server tells the keeper.
public sealed interface Command {

  /// The first word on a connection. A connection with a higher epoch supersedes the ones before;
  /// their commands are dropped from then on.
  ///
  /// @param version of the protocol that the server speaks
  /// @param epoch of the server's life
  record Hello(int version, long epoch) implements Command {}

  /// Starts an attempt, once: for one that runs, ended or was left by a killed keeper the answer is
  /// what is known of it.
  ///
  /// @param command absolute path of the program, then its arguments
  /// @param environment `NAME=value`, all there is
  /// @param user login name; empty is the keeper's own user
  /// @param timeout zero is none
  /// @param firstOffset where this attempt's output begins in the run's
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
      if (command.isEmpty() || attempt < 1 || firstOffset < 0) {
        throw new IllegalArgumentException(
            "run %s, attempt %d: %d words of command, output from %d"
                .formatted(run, attempt, command.size(), firstOffset));
      }
    }

    /// Environment values are secrets.
    @Override
    public String toString() {
      return "Start[" + run + "." + attempt + "]";
    }
  }

  /// Ends an attempt's tree: SIGTERM and SIGCONT, the grace, SIGKILL. A further one can only
  /// shorten the grace. Each is answered by [News.Stopping], whatever it met.
  ///
  /// @param by why, in words for people
  record Stop(RunId run, int attempt, String by, Duration grace) implements Command {}

  /// Feeds an attempt's standard input, all or nothing.
  ///
  /// @param request comes back in the answer
  /// @param eof whether the input ends behind `bytes`
  record Input(long request, RunId run, int attempt, byte[] bytes, boolean eof)
      implements Command {}

  /// Gives an attempt's terminal another size.
  record Resize(RunId run, int attempt, Terminal size) implements Command {}

  /// Asks what an attempt's tree uses now.
  record Sample(long request, RunId run, int attempt) implements Command {}

  /// The end of this attempt is durable: nothing of it need be kept or told any more.
  record Forget(RunId run, int attempt) implements Command {}

  /// Asks which attempts the keeper knows. Part of version 1, though servers so far do without: all
  /// that counts is told to them unasked.
  record Survey(long request) implements Command {}

  /// The server goes for good: end, killing whatever still runs.
  record End() implements Command {}
}
