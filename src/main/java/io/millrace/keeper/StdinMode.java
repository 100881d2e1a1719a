package io.millrace.keeper;

/// Where a script's standard input comes from.
public enum StdinMode {
  /// `/dev/null`.
  NONE,
  /// A pipe that [Command.Input] feeds.
  PIPE,
  /// The file `stdin` of its run directory.
  FILE
}
