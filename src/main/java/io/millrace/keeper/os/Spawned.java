package io.millrace.keeper.os;

/// The answer to a [SpawnRequest].
public sealed interface Spawned {
  /// It runs. `pidfd` is the caller's to close.
  record Running(int pid, int pidfd) implements Spawned {}

  /// It does not, and nothing of it is left. `reason` is a sentence for its owner.
  record NotStarted(Cause cause, String reason) implements Spawned {}

  /// What stood in the way.
  enum Cause {
    WORKDIR,
    PROGRAM,
    INPUT,
    /// The arguments or the environment cannot be given to a program at all.
    ARGUMENTS,
    /// This machine has no room for another process now; later it may have.
    EXHAUSTED,
    OTHER
  }
}
